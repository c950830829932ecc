package import Approx
internal import Dispatch
internal import Synchronization

/// Runs a network on several threads, batch by batch; results do not depend on how many there are.
package struct ParallelInference: Sendable {
    private let runner: NetworkRunner
    private let threads: Int

    /// - Throws: ``InferenceError/threadCount(_:)`` for less than one thread.
    package init(_ runner: NetworkRunner, threads: Int) throws(InferenceError) {
        guard threads > 0 else { throw .threadCount(threads) }
        self.runner = runner
        self.threads = threads
    }

    /// The logits of `range`, as ``NetworkRunner/logits(_:_:checkpoint:)`` gives them.
    package func logits(_ images: ImageSet, _ range: Range<Int>) throws -> [Float] {
        try batches(of: range) { try runner.logits(images, $0) { _ in } }
    }

    /// The classes that the original network sees in `range`.
    package func predict(_ images: ImageSet, _ range: Range<Int>) throws -> Predictions {
        Predictions(classes: try batches(of: range) { try runner.predict(images, $0) { _ in }.classes })
    }

    /// What every layer reads, merged in the order of the ranges; no more of them than threads are in memory at a time.
    ///
    /// - Parameter eachRange: Receives what each range makes by itself, by site, as
    ///   ``NetworkRunner/capture(_:_:checkpoint:)`` gives it.
    package func capture(
        _ images: ImageSet, _ ranges: [Range<Int>], eachRange: ([LayerStatistics]) -> Void = { _ in }
    ) throws -> [LayerStatistics] {
        var merged: [LayerStatistics] = []
        for first in stride(from: 0, to: ranges.count, by: threads) {
            let group = Array(ranges[first..<min(first + threads, ranges.count)])
            for layers in try results(of: group, { [try runner.capture(images, $0) { _ in }] }) {
                eachRange(layers)
                if merged.isEmpty {
                    merged = layers
                } else {
                    for site in merged.indices { try merged[site].merge(layers[site]) }
                }
            }
        }
        return merged
    }

    /// The results of all batches in their order, each made by whichever thread was free.
    private func batches<Element: Sendable>(
        of range: Range<Int>, _ run: @Sendable (Range<Int>) throws -> [Element]
    ) throws -> [Element] {
        try results(
            of: stride(from: range.lowerBound, to: range.upperBound, by: runner.batch).map {
                $0..<min($0 + runner.batch, range.upperBound)
            }, run)
    }

    private func results<Element: Sendable>(
        of parts: [Range<Int>], _ run: @Sendable (Range<Int>) throws -> [Element]
    ) throws -> [Element] {
        let next = Atomic(0)
        let results = Mutex<[Result<[Element], any Error>?]>(Array(repeating: nil, count: parts.count))
        DispatchQueue.concurrentPerform(iterations: min(threads, parts.count)) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < parts.count else { return }
                let result = Result { try run(parts[index]) }
                results.withLock { $0[index] = result }
            }
        }
        return try results.withLock { $0 }.flatMap { try $0?.get() ?? [] }
    }
}
