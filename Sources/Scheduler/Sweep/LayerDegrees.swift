package import Approx

/// The degree of every layer of a network, and what such an assignment is called.
package struct LayerDegrees: Hashable, Sendable {
    /// One per layer.
    package let degrees: [Degree]
    /// `degree 2`; `degree 4/2` for 4 on the residual stream and 2 elsewhere; else the list, `degrees 4,2,2,3`.
    package let name: String

    /// The same degree everywhere.
    package init(_ degree: Degree, layers: Int) {
        self.init(Array(repeating: degree, count: layers), stream: [])
    }

    /// One degree for the layers on the residual stream, another one for the others.
    package init(onStream: Degree, elsewhere: Degree, stream: Set<Int>, layers: Int) {
        self.init((0..<layers).map { stream.contains($0) ? onStream : elsewhere }, stream: stream)
    }

    /// - Parameter stream: Positions of the layers on the residual stream: the name does not depend on how the degrees
    ///   were given.
    package init(_ degrees: [Degree], stream: Set<Int>) {
        self.degrees = degrees
        let (onStream, elsewhere) = (
            Set(degrees.indices.filter(stream.contains).map { degrees[$0] }),
            Set(degrees.indices.filter { !stream.contains($0) }.map { degrees[$0] })
        )
        let all = onStream.union(elsewhere)
        if let degree = all.first, all.count == 1 {
            name = "degree \(degree)"
        } else if let first = onStream.first, let second = elsewhere.first, onStream.count == 1, elsewhere.count == 1 {
            name = "degree \(first)/\(second)"
        } else {
            name = "degrees \(degrees.map(\.description).joined(separator: ","))"
        }
    }
}
