internal import Approx

/// One degree for each layer, written `4,2,2,4`.
struct LayerDegreeList: Hashable, Sendable {
    let degrees: [Degree]

    init(parsing text: String) throws(DegreeListError) {
        var degrees: [Degree] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let value = Int(part) else { throw .malformedLayers(text) }
            do {
                degrees.append(try Degree(value))
            } catch {
                throw .refused(error)
            }
        }
        self.degrees = degrees
    }
}
