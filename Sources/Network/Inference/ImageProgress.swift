internal import Synchronization

/// Counts images that several threads have done, and asks after each batch whether to go on.
final class ImageProgress: Sendable {
    private let done = Mutex(0)
    private let checkpoint: @Sendable (Int) throws -> Void

    init(_ checkpoint: @escaping @Sendable (Int) throws -> Void) {
        self.checkpoint = checkpoint
    }

    func add(_ images: Int) throws {
        try done.withLock { done in
            done += images
            try checkpoint(done)
        }
    }
}
