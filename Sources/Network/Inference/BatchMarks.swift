/// What replaced activations met in one batch.
struct BatchMarks: Hashable, Sendable {
    /// By image of the batch; not 0 where it has escaped.
    var escaped: [UInt8]
    /// By site: values outside the domain that their polynomial was fitted on.
    var outside: [UInt64]

    init(images: Int, sites: Int) {
        escaped = Array(repeating: 0, count: images)
        outside = Array(repeating: 0, count: sites)
    }
}
