internal import Approx
internal import Store

/// What a layer of the original network saw on all calibration images that were captured.
struct LayerShards {
    /// Images behind ``statistics``.
    let images: Int
    let statistics: LayerStatistics

    /// Nil if nothing was captured.
    ///
    /// - Parameter dataset: Its fingerprint.
    init?(of layer: LayerID, dataset: String, in store: Store) throws {
        // Sweeps over different numbers of images leave shards that overlap; no image may count twice.
        let ranges = try store.shardRanges(of: layer, dataset: dataset, split: .calibration)
        let longestFirst = ranges.sorted { ($0.lowerBound, -$0.count) < ($1.lowerBound, -$1.count) }
        let apart = longestFirst.reduce(into: [Range<Int>]()) { chosen, range in
            if range.lowerBound >= chosen.last?.upperBound ?? 0 { chosen.append(range) }
        }
        let shards = try store.shards(of: layer, dataset: dataset, split: .calibration, ranges: apart)
        guard let sum = try LayerStatistics.merged(decoding: shards.map(\.statistics)) else { return nil }
        images = apart.reduce(0) { $0 + $1.count }
        statistics = sum
    }
}
