internal import Dispatch

extension LayerStatistics {
    /// The statistics of values at hand, gathered on `threads` threads.
    ///
    /// `values` holds the channels one after the other, equally long. Each channel is cut into as many parts as there
    /// are threads, each thread has an accumulator of its own, and the parts are merged from the first to the last.
    ///
    /// - Returns: Statistics that depend on the values and on the number of threads, not on timing.
    package static func ofValues(
        _ values: UnsafeBufferPointer<Float>, channels: Int = 1, threads: Int = 1
    ) -> LayerStatistics {
        precondition(channels > 0 && values.count % channels == 0, "channels are equally long")
        precondition(threads > 0, "there is at least one thread")
        let parts = Parts(values: values, channels: channels, threads: threads)
        guard threads > 1 else { return parts.statistics(ofPart: 0) }
        let gathered = [LayerStatistics](unsafeUninitializedCapacity: threads) { buffer, initialized in
            let slots = Slots(start: buffer.baseAddress)
            DispatchQueue.concurrentPerform(iterations: threads) { part in
                slots.fill(part, with: parts.statistics(ofPart: part))
            }
            initialized = threads
        }
        let empty = LayerStatistics(channels: Array(repeating: ChannelStatistics(), count: channels))
        return gathered.reduce(into: empty) { $0.join($1) }
    }

    /// Merges statistics of as many channels.
    private mutating func join(_ other: LayerStatistics) {
        self = LayerStatistics(
            channels: zip(channels, other.channels).map { own, added in
                var both = own
                both.merge(added)
                return both
            })
    }
}

/// Values cut into one part per thread.
///
/// Unchecked: the threads only read the values, and the caller keeps them alive and unchanged until all have ended.
private struct Parts: @unchecked Sendable {
    let values: UnsafeBufferPointer<Float>
    let channels: Int
    let threads: Int

    func statistics(ofPart part: Int) -> LayerStatistics {
        var accumulator = LayerAccumulator(channels: channels)
        guard let start = values.baseAddress else { return accumulator.statistics() }
        let length = values.count / channels
        let from = length * part / threads
        let to = length * (part + 1) / threads
        for channel in 0..<channels {
            accumulator.add(start + channel * length + from, count: to - from, stride: 1, channel: channel)
        }
        return accumulator.statistics()
    }
}

/// Places for the threads' results.
///
/// Unchecked: every thread writes its own element once, and nobody reads before all have ended.
private struct Slots: @unchecked Sendable {
    let start: UnsafeMutablePointer<LayerStatistics>?

    func fill(_ part: Int, with statistics: LayerStatistics) {
        start.map { ($0 + part).initialize(to: statistics) }
    }
}
