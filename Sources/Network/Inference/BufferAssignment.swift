/// Gives tensors that are never needed at the same time the same buffer.
enum BufferAssignment {
    /// One tensor's place in memory, while it is needed.
    struct Storage: Hashable, Sendable {
        /// Floats.
        var size: Int
        /// Steps between which it is needed, both included.
        var lifetime: ClosedRange<Int>
    }

    /// - Returns: The buffer of each storage, and the size of each buffer.
    /// - Complexity: O(*n* *b*) for *n* storages in *b* buffers.
    static func assign(_ storages: [Storage]) -> (buffers: [Int], sizes: [Int]) {
        var buffers = Array(repeating: 0, count: storages.count)
        var sizes: [Int] = []
        // The last step in which each buffer is taken.
        var takenUntil: [Int] = []
        let order = storages.indices.sorted {
            (storages[$0].lifetime.lowerBound, $0) < (storages[$1].lifetime.lowerBound, $1)
        }
        for index in order {
            let storage = storages[index]
            let free = sizes.indices.filter { takenUntil[$0] < storage.lifetime.lowerBound }
            // The smallest that is large enough, else the largest, which then grows.
            let fitting = free.filter { sizes[$0] >= storage.size }.min { sizes[$0] < sizes[$1] }
            if let buffer = fitting ?? free.max(by: { sizes[$0] < sizes[$1] }) {
                buffers[index] = buffer
                sizes[buffer] = max(sizes[buffer], storage.size)
                takenUntil[buffer] = storage.lifetime.upperBound
            } else {
                buffers[index] = sizes.count
                sizes.append(storage.size)
                takenUntil.append(storage.lifetime.upperBound)
            }
        }
        return (buffers, sizes)
    }
}
