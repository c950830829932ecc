internal import Foundation
internal import Store
internal import Synchronization

/// Keeps in the store what the attempt at one job has done so far, not more often than that is worth.
final class ProgressKeeper: Sendable {
    /// A save is due again after so many times what the last one cost, and after this pause.
    private static let costFactor = 50.0
    private static let pause: Duration = .seconds(10)

    private struct Fields {
        /// When another save is worth its cost.
        var due: ContinuousClock.Instant
        /// Of earlier attempts, if their state was taken up.
        var secondsBefore = 0.0
    }

    private let store: Store
    private let job: LeasedJob
    private let began: ContinuousClock.Instant
    private let fields: Mutex<Fields>

    /// - Parameter began: When the attempt did.
    init(store: Store, job: LeasedJob, began: ContinuousClock.Instant) {
        self.store = store
        self.job = job
        self.began = began
        fields = Mutex(Fields(due: began))
    }

    /// Seconds that the job has taken: this attempt's, and those behind the state that it goes on from.
    var seconds: Double {
        fields.withLock(\.secondsBefore) + (ContinuousClock.now - began) / .seconds(1)
    }

    /// Passes on what an earlier attempt has saved. Its seconds count where `take` says that its state is taken up.
    func load(_ take: (Data) throws -> Bool) throws {
        guard let progress = try store.progress(of: job.id), try take(progress.state) else { return }
        fields.withLock { $0.secondsBefore = progress.seconds }
    }

    /// - Throws: ``JobInterruption/leaseLost``, ``UnwrittenResult``, what `state` throws.
    func save(progress: Double, _ state: () throws -> Data) throws {
        let started = ContinuousClock.now
        guard fields.withLock({ started >= $0.due }) else { return }
        let data = try state()
        do throws(StoreError) {
            try store.save(JobProgress(state: data, share: min(max(progress, 0), 1), seconds: seconds), of: job)
        } catch .busy {
            fields.withLock { $0.due = .now + Self.pause }
            return
        } catch .staleLease {
            throw JobInterruption.leaseLost
        } catch {
            throw UnwrittenResult(reason: error)
        }
        let cost = ContinuousClock.now - started
        fields.withLock { $0.due = .now + max(Self.pause, cost * Self.costFactor) }
    }
}
