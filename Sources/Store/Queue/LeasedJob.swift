/// A job in the hands of one worker, until its lease runs out.
package struct LeasedJob: Hashable, Sendable {
    package let id: JobID
    package let kind: JobKind
    package let key: String
    package let payload: String
    package let model: ModelID?
    package let layer: LayerID?
    package let degree: Int?
    package let fitter: String?
    package let settingsHash: String?
    package let resourceClass: ResourceClass
    package let timeout: Duration?
    package let policy: RetryPolicy
    /// Failures before this attempt, since the job was enqueued or retried.
    package let attemptsMade: Int
    /// Leases lost before this attempt, since the job was enqueued or retried.
    package let leasesLost: Int
    /// Who claimed it.
    package let owner: WorkerID
    /// The fencing token: one more than that of the claim before. A write that carries an older one is refused.
    package let token: Int64
    package let leaseExpiresAt: Timestamp

    /// The payload as the type that the job's kind has.
    ///
    /// - Throws: ``StoreError/undecodable(_:_:)`` if it is not of that type.
    package func payload<Payload: Decodable>(as type: Payload.Type) throws(StoreError) -> Payload {
        try CanonicalJSON.value(type, from: payload, of: "payload of \(kind) job \(id)")
    }
}
