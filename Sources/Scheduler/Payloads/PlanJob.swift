package import Store

/// A job that makes a plan. The plan's key is the hash in the job's, so that others can refer to it before it is there.
package protocol PlanJob: JobPayload {
    /// What people read.
    var name: String { get }
}

extension PlanJob {
    /// The key of the plan.
    ///
    /// - Throws: ``StoreError/unencodable(_:_:)`` if the payload holds what JSON cannot.
    package func planKey() throws(StoreError) -> String {
        try CanonicalJSON.hash(of: self)
    }
}

/// The kinds of jobs that make plans.
package enum PlanJobs {
    package static let kinds: [JobKind] = [ChoosePlanJob.kind, ReconstructJob.kind, DistilJob.kind, RetrainJob.kind]

    /// The keys that the job which makes a plan may have, one for each kind.
    package static func keys(of plan: PlanRecord) -> [String] {
        kinds.map { "\($0)/\(plan.key)" }
    }

    /// What a plan took to make, captures and fits included; nil if that was not noted.
    package static func seconds(of plan: PlanRecord, in store: Store) throws(StoreError) -> Double? {
        for key in keys(of: plan) {
            if let seconds = try store.secondsBehind(job: key) { return seconds }
        }
        return nil
    }

    /// The key of the plan that a job makes; nil if it makes none.
    static func planKey(of job: NewJob) -> String? {
        guard kinds.contains(job.kind), job.key.hasPrefix("\(job.kind)/") else { return nil }
        return String(job.key.dropFirst("\(job.kind)/".count))
    }
}
