internal import Store

/// A job as JSON and as a row.
struct JobReport: Encodable {
    let id: Int64
    let kind: String
    let key: String
    let state: String
    let attempts: Int
    let owner: String?
    let error: String?

    init(_ job: JobRecord) {
        id = job.id.value
        kind = job.kind.rawValue
        key = job.key
        state = job.state.rawValue
        attempts = job.attemptsMade
        owner = job.owner?.rawValue
        error = job.lastError
    }
}
