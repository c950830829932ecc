/// Gathers the statistics of a layer while its values stream by; the memory does not grow with their number.
///
/// For example, over feature maps of 16 channels in planar layout:
///
///     var accumulator = LayerAccumulator(channels: 16)
///     for channel in 0..<16 {
///         accumulator.add(values + channel * 1_024, count: 1_024, stride: 1, channel: channel)
///     }
///     let statistics = accumulator.statistics()
///
/// To use several threads, give each an accumulator and a fixed share of the values, and merge the statistics in a
/// fixed order, as ``LayerStatistics/ofValues(_:channels:threads:)`` does: ranges and counts are then the same for any
/// number of threads, sums and moments for one and the same number.
package struct LayerAccumulator: Sendable {
    private var channels: [ChannelAccumulator]

    package init(channels: Int) {
        precondition(channels > 0, "a layer has at least one channel")
        self.channels = Array(repeating: ChannelAccumulator(), count: channels)
    }

    /// Adds `count` values of one channel, each `stride` elements after the one before.
    ///
    /// A stride above 1 reads blocked layouts (8 or 16 channels side by side) in place. NaN and infinite values are
    /// counted and left out.
    package mutating func add(_ values: UnsafePointer<Float>, count: Int, stride: Int, channel: Int) {
        precondition(stride > 0 && count >= 0, "values lie at a positive stride")
        let blockSize = ChannelAccumulator.blockSize
        withUnsafeTemporaryAllocation(of: Float.self, capacity: blockSize) { gathered in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: blockSize) { bins in
                withUnsafeTemporaryAllocation(of: UInt32.self, capacity: blockSize) { places in
                    let scratch = Scratch(values: gathered, bins: bins, places: places)
                    var done = 0
                    while done < count {
                        let size = min(blockSize, count - done)
                        let start = values + done * stride
                        var block = UnsafeBufferPointer(start: start, count: size)
                        if stride > 1 {
                            for position in 0..<size {
                                gathered[position] = start[position * stride]
                            }
                            block = UnsafeBufferPointer(rebasing: gathered[..<size])
                        }
                        add(block, channel, scratch)
                        done += size
                    }
                }
            }
        }
    }

    /// What was added so far.
    package func statistics() -> LayerStatistics {
        LayerStatistics(channels: channels.map(\.statistics))
    }

    /// Room for one block.
    private struct Scratch {
        let values: UnsafeMutableBufferPointer<Float>
        let bins: UnsafeMutableBufferPointer<Int32>
        let places: UnsafeMutableBufferPointer<UInt32>
    }

    /// Adds one block; where not all values are finite it moves those that are together in the scratch room, in which
    /// the block may already lie.
    private mutating func add(_ block: UnsafeBufferPointer<Float>, _ channel: Int, _ scratch: Scratch) {
        guard let bins = scratch.bins.baseAddress, let places = scratch.places.baseAddress else { return }
        let extremes = BlockExtremes(of: block)
        if extremes.isFinite {
            channels[channel].add(block, extremes: extremes, bins: bins, places: places)
            return
        }
        var kept = 0
        for value in block where value.isFinite {
            scratch.values[kept] = value
            kept += 1
        }
        channels[channel].nonFinite += UInt64(block.count - kept)
        guard kept > 0 else { return }
        let finite = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(scratch.values)[..<kept])
        channels[channel].add(finite, extremes: BlockExtremes(of: finite), bins: bins, places: places)
    }
}
