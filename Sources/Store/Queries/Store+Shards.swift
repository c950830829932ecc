internal import Foundation
internal import GRDB

extension Store {
    /// The shards of a layer on exactly these ranges, in their order, so that merging them gives the same bytes always.
    ///
    /// - Throws: ``StoreError/missingShard(model:layer:images:)`` for the first range that is not there.
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
                    throw try Self.missingShard(of: layer, on: "\(split) images \(range)", in: database)
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

    private static func missingShard(
        of layer: LayerID, on images: String, in database: Database
    ) throws -> StoreError {
        try database.first(
            """
            SELECT models.name AS model, layers.name AS layer FROM layers JOIN models ON models.id = layers.model
            WHERE layers.id = ?
            """,
            [layer.value]
        ) { row in
            StoreError.missingShard(model: try row.value("model"), layer: try row.value("layer"), images: images)
        } ?? StoreError.unknown(kind: "layer", name: "number \(layer)", known: [])
    }
}
