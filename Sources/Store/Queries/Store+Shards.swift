internal import Foundation
internal import GRDB

extension Store {
    /// The shards of a layer on exactly these ranges, in their order, so that merging them gives the same bytes always.
    ///
    /// - Throws: ``StoreError/unknown(kind:name:known:)`` for the first range that is not there.
    package func shards(
        of layer: LayerID, dataset: String, split: SplitName, ranges: [Range<Int>]
    ) throws(StoreError) -> [Shard] {
        try reading { database in
            try ranges.map { range in
                let statistics = try database.first(
                    """
                    SELECT statistics FROM shards
                    WHERE layer = ? AND dataset = ? AND split = ? AND first_image = ? AND images = ?
                    """,
                    [layer.value, dataset, split.rawValue, range.lowerBound, range.count]
                ) { try $0.value("statistics") as Data }
                guard let statistics else {
                    throw StoreError.unknown(
                        kind: "shard of layer number \(layer)", name: "\(split) \(range)", known: [])
                }
                return Shard(layer: layer, dataset: dataset, split: split, range: range, statistics: statistics)
            }
        }
    }

    /// The ranges that a layer has shards of, by first image and length.
    package func shardRanges(
        of layer: LayerID, dataset: String, split: SplitName
    ) throws(StoreError) -> [Range<Int>] {
        try reading { database in
            try database.rows(
                """
                SELECT first_image, images FROM shards WHERE layer = ? AND dataset = ? AND split = ?
                ORDER BY first_image, images
                """,
                [layer.value, dataset, split.rawValue]
            ) { row in
                let first: Int = try row.value("first_image")
                return first..<first + (try row.value("images"))
            }
        }
    }
}
