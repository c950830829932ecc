internal import Foundation
internal import Store

/// A job as JSON and as a row.
struct JobReport: Encodable {
    let id: Int64
    let kind: String
    let key: String
    let model: String?
    /// Position of the layer, from 0.
    let layer: Int?
    let layerName: String?
    let degree: Int?
    let fitter: String?
    let settingsHash: String?
    let state: String
    /// Share of the work behind the last saved state; nil if there is none.
    let progress: Double?
    let attempts: Int
    let maximumAttempts: Int
    let leasesLost: Int
    let maximumLosses: Int
    let heldBy: String?
    let heldUntil: String?
    let error: String?

    private let until: Timestamp?

    private enum CodingKeys: String, CodingKey {
        case id, kind, key, model, layer, layerName, degree, fitter, settingsHash, state, progress
        case attempts, maximumAttempts, leasesLost, maximumLosses, heldBy, heldUntil, error
    }

    init(_ job: JobRecord, names: CatalogueNames) {
        id = job.id.value
        kind = job.kind.rawValue
        key = job.key
        model = job.model.flatMap { names.models[$0] }
        let layer = job.layer.flatMap { names.layers[$0] }
        self.layer = layer?.position
        layerName = layer?.name
        degree = job.degree
        fitter = job.fitter
        settingsHash = job.settingsHash
        state = job.state.rawValue
        progress = job.progress
        attempts = job.attemptsMade
        maximumAttempts = job.policy.maximumAttempts
        leasesLost = job.leasesLost
        maximumLosses = job.policy.maximumLosses
        heldBy = job.owner?.description
        until = job.leaseExpiresAt
        heldUntil = until.map {
            Date(timeIntervalSince1970: Double($0.milliseconds) / 1000).formatted(.iso8601)
        }
        error = job.lastError
    }

    static func table(_ jobs: [JobReport]) -> Table {
        var table = Table(columns: [
            .number("job"), .text("kind"), .text("model"), .text("layer"), .number("degree"), .text("fitter"),
            .text("state"), .number("attempts"), .number("lost"), .text("held by"), .text("last error"),
        ])
        for job in jobs {
            let layer = job.layer.map { "\($0) \(job.layerName ?? "")" }
            let held = job.heldBy.map { "\($0) until \(job.until.map(Figure.timeOfDay) ?? "-")" }
            table.append([
                String(job.id), job.kind, job.model ?? "", layer ?? "", job.degree.map(String.init) ?? "",
                job.fitter ?? "", job.state + (job.progress.map { " (\(Int(100 * $0)) %)" } ?? ""),
                "\(job.attempts)/\(job.maximumAttempts)",
                "\(job.leasesLost)/\(job.maximumLosses)", held ?? "",
                (job.error ?? "").replacingOccurrences(of: "\n", with: " "),
            ])
        }
        return table
    }
}

/// What the models and layers of a store are called.
struct CatalogueNames {
    private(set) var models: [ModelID: String] = [:]
    private(set) var layers: [LayerID: (position: Int, name: String)] = [:]

    init(of store: Store) throws {
        for model in try store.models() {
            models[model.id] = model.name
            for layer in try store.layers(of: model.id) { layers[layer.id] = (layer.position, layer.name) }
        }
    }
}
