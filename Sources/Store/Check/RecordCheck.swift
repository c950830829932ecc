internal import Approx
internal import Checksum
internal import Foundation
internal import GRDB

/// Reads every record of a table back and compares it with what is known about it otherwise.
struct RecordCheck: Sendable {
    let area: StoreFinding.Area
    /// The word for one row.
    private let record: String
    /// Selects `id` and what `complaint` looks at.
    private let rows: String
    private let advice: String
    /// What is wrong with a row; nil if nothing is.
    private let complaint: @Sendable (Row) throws -> String?

    /// Every check there is.
    static func all(predictionCount: @escaping @Sendable (Data) throws -> Int) -> [RecordCheck] {
        [models, layers, shards, approximations, evaluations(predictionCount)]
    }

    func findings(in database: Database) throws -> [StoreFinding] {
        var findings: [StoreFinding] = []
        let cursor = try Row.fetchCursor(database, sql: rows)
        while findings.count < Store.findingLimit, let row = try cursor.next() {
            let problem: String?
            do {
                problem = try complaint(row)
            } catch {
                problem = "cannot be read back: \(error)"
            }
            guard let problem else { continue }
            findings.append(StoreFinding(area, "\(record) \(try row.value("id") as Int64) \(problem)", advice: advice))
        }
        return findings
    }

    private static let models = RecordCheck(
        area: .catalogue, record: "model",
        rows: "SELECT id, sha256, identity, preprocessing, onnx FROM models",
        advice: StoreFinding.restore
    ) { row in
        let sha256 = SHA256.hex(of: try row.value("onnx"))
        guard sha256 == (try row.value("sha256")) else { return "has a file with another SHA-256, \(sha256)" }
        let identity = SHA256.hex(of: Data("\(sha256)\n\(try row.value("preprocessing") as String)".utf8))
        return identity == (try row.value("identity")) ? nil : "has another preprocessing than its identity says"
    }

    private static let layers = RecordCheck(
        area: .catalogue, record: "layer",
        rows: "SELECT * FROM layers", advice: StoreFinding.restore
    ) { row in
        _ = try Store.layer(row)
        return nil
    }

    private static let shards = RecordCheck(
        area: .results, record: "shard",
        rows: """
            SELECT shards.id, statistics, channels FROM shards JOIN layers ON layers.id = shards.layer
            """,
        advice: StoreFinding.restore
    ) { row in
        let statistics = try LayerStatistics(decoding: try row.value("statistics"))
        let channels: Int = try row.value("channels")
        guard statistics.channels.count != channels else { return nil }
        return "has \(statistics.channels.count) channels where its layer has \(channels)"
    }

    private static let approximations = RecordCheck(
        area: .results, record: "approximation",
        rows: """
            SELECT approximations.*, channels FROM approximations JOIN layers ON layers.id = approximations.layer
            """,
        advice: StoreFinding.restore
    ) { row in
        let approximation = try Store.approximation(row).fit.approximation
        let channels: Int = try row.value("channels")
        guard approximation.granularity == .channel, approximation.polynomials.count != channels else { return nil }
        return "has \(approximation.polynomials.count) polynomials where its layer has \(channels) channels"
    }

    private static func evaluations(_ predictionCount: @escaping @Sendable (Data) throws -> Int) -> RecordCheck {
        RecordCheck(
            area: .results, record: "evaluation",
            rows: """
                SELECT id, images, outside_shares, predictions, (
                    SELECT count(*) FROM layers WHERE layers.model = evaluations.model
                ) AS layers
                FROM evaluations
                """,
            advice: StoreFinding.restore
        ) { row in
            let shares = try CanonicalJSON.value(
                [Double?].self, from: try row.value("outside_shares"), of: "shares outside the range")
            let (images, layers): (Int, Int) = (try row.value("images"), try row.value("layers"))
            guard shares.count == layers else { return "has \(shares.count) shares for \(layers) layers" }
            let predicted = try predictionCount(try row.value("predictions"))
            return predicted == images ? nil : "has the classes of \(predicted) images instead of \(images)"
        }
    }
}
