internal import Approx

/// Precisions of composites, alpha, written like degrees.
struct PrecisionList: Hashable, Sendable {
    /// What networks that nobody calibrated are run with.
    static let full = PrecisionList(precisions: [CompositeReLU.precisions.upperBound])

    let precisions: [Int]

    private init(precisions: [Int]) {
        self.precisions = precisions
    }

    init(parsing text: String) throws(DegreeListError) {
        guard let ranges = NumberRanges(parsing: text) else { throw .malformedPrecisions(text) }
        for end in ranges.ends where !CompositeReLU.precisions.contains(end) {
            throw .refused(.precisionOutOfRange(end, allowed: CompositeReLU.precisions))
        }
        precisions = ranges.numbers
    }
}
