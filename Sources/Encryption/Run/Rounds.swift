/// Batches 0 to `count` in rounds of up to `size`, in their order.
struct Rounds: Sequence {
    private let count: Int
    private let size: Int

    init(_ count: Int, of size: Int) {
        self.count = count
        self.size = size
    }

    func makeIterator() -> some IteratorProtocol<Range<Int>> {
        stride(from: 0, to: count, by: size).lazy.map { $0..<Swift.min($0 + size, count) }.makeIterator()
    }
}
