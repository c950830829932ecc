/// What an activation layer saw on some calibration images, channel by channel.
///
/// Every fit is made from it; the raw activations are not needed again. Statistics of several ranges of images merge,
/// and where results must repeat to the bit they are merged in the order of the ranges.
package struct LayerStatistics: Hashable, Sendable {
    package private(set) var channels: [ChannelStatistics]

    package init(channels: [ChannelStatistics]) {
        self.channels = channels
    }

    /// All channels together, merged from the first to the last.
    package var pooled: ChannelStatistics {
        channels.reduce(into: ChannelStatistics()) { $0.merge($1) }
    }

    /// Adds what `other` saw, channel by channel.
    ///
    /// - Throws: ``ApproxError/channelCountMismatch(expected:found:)`` when `other` is of another layer.
    package mutating func merge(_ other: LayerStatistics) throws(ApproxError) {
        guard channels.count == other.channels.count else {
            throw .channelCountMismatch(expected: channels.count, found: other.channels.count)
        }
        for channel in channels.indices {
            channels[channel].merge(other.channels[channel])
        }
    }
}
