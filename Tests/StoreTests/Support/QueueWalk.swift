import Foundation
import GRDB
import Store
import Testing

/// One random walk of a store's queue beside its model.
struct QueueWalk {
    /// What differs between the store and its model after a step.
    struct Difference: Error, CustomStringConvertible {
        let description: String
    }

    private static let lease = Duration.seconds(30)

    private let folder: TemporaryFolder
    private let clock = VirtualClock()
    private var store: Store
    /// Reads the tables past the store's own code.
    private var reader: DatabaseQueue
    private var model = QueueModel()
    private var generator: Generator
    /// What happened so far, for the report of a failure.
    private(set) var steps: [String] = []

    /// - Parameter template: An empty store, which is copied: that is faster than making one.
    init(seed: UInt64, template: String, folder: TemporaryFolder) throws {
        self.folder = folder
        generator = Generator(state: seed)
        // Far from 1970, so that the clock can jump back often.
        clock.advance(by: .seconds(1_000_000))
        let path = folder.file("\(seed).db")
        try FileManager.default.copyItem(atPath: template, toPath: path)
        store = try Self.open(path, clock)
        reader = try DatabaseQueue(path: path)
    }

    private static func open(_ path: String, _ clock: VirtualClock) throws -> Store {
        try Store.open(at: path, configuration: StoreConfiguration(readers: 1, clock: clock.storeClock))
    }

    /// Closes the store and removes its file.
    func end() throws {
        try reader.close()
        try store.close()
        try FileManager.default.removeItem(atPath: store.path)
    }

    /// Does one thing to both and compares them.
    mutating func step() throws {
        try perform(Int.random(in: 0..<25, using: &generator))
        let (rows, counts) = try reader.read { database in
            (
                try Row.fetchAll(
                    database.cachedStatement(
                        sql: "SELECT state, attempts_made, leases_lost, token FROM jobs ORDER BY id")
                ).map { row in
                    QueueModel.Row(
                        state: JobState(rawValue: row[0]) ?? .done, attemptsMade: row[1], leasesLost: row[2],
                        token: row[3])
                },
                try Row.fetchAll(
                    database.cachedStatement(
                        sql: "SELECT state, sum(jobs) FROM job_counts GROUP BY state HAVING sum(jobs) > 0")
                ).reduce(into: [String: Int]()) { $0[$1[0]] = $1[1] }
            )
        }
        try expect(rows, model.rows)
        try expect(counts, Dictionary(grouping: model.rows, by: \.state.rawValue).mapValues(\.count))
    }

    /// The store's own rules hold.
    func expectSound() throws {
        try expect(try store.check { $0.count }, [])
    }

    private func expect<Value: Equatable>(_ found: Value, _ expected: Value) throws {
        guard found != expected else { return }
        throw Difference(description: "found \(found)\nexpected \(expected)")
    }

    private func isRefused(_ body: () throws(StoreError) -> Void) throws -> Bool {
        do {
            try body()
            return false
        } catch .staleLease {
            return true
        }
    }

    private mutating func perform(_ operation: Int) throws {
        let now = clock.now
        switch operation {
        case 0...3: try enqueue()
        case 4...8: try claim(at: now)
        case 9...11: try finish()
        case 12...13: try fail(at: now)
        case 14:
            steps.append("heartbeat of all leases")
            let stale = model.claimed.filter { model.isStale($0) }
            try expect(try store.heartbeat(model.claimed, lease: Self.lease), stale)
            model.heartbeat(now: now, lease: Self.lease)
        case 15:
            guard let job = model.claimed.randomElement(using: &generator) else { return }
            steps.append("release of \(job.key) under token \(job.token)")
            try expect(try store.release([job]).isEmpty, !model.isStale(job))
            if !model.isStale(job) { model.release(job) }
        case 16:
            try command("cancel") { store, model, index, filter in (try store.cancel(filter), model.cancel(index)) }
        case 17: try command("retry") { store, model, index, filter in (try store.retry(filter), model.retry(index)) }
        case 18:
            try command("retry of what is done") { store, model, index, filter in
                var filter = filter
                filter.states = [.done]
                return (try store.retry(filter), model.retry(index, in: [.done]))
            }
        case 19 where isRare():
            try crash(inTheMiddleOf: model.claimed.filter { !model.isStale($0) }.randomElement(using: &generator))
        case 20 where isRare(): move(by: -3600)
        case 23: try lose(.job)
        case 24: try lose(.unknown)
        default: move(by: Int64.random(in: 1...40, using: &generator))
        }
    }

    private mutating func isRare() -> Bool {
        Int.random(in: 0..<4, using: &generator) == 0
    }

    private mutating func move(by seconds: Int64) {
        steps.append("\(seconds) seconds pass")
        clock.advance(by: .seconds(seconds))
    }

    private mutating func enqueue() throws {
        let job = model.randomJob(using: &generator)
        steps.append("enqueue \(job.key) after \(job.dependencies.map { "\($0.key) (\($0.requirement))" })")
        try expect(try store.enqueue([job]).added, 1)
        try expect(try store.enqueue([job]).added, 0)
        model.enqueue(job)
    }

    private mutating func claim(at now: Timestamp) throws {
        let limit = Int.random(in: 1...4, using: &generator)
        steps.append("claim of \(limit)")
        let claimed = try store.claim(upTo: limit, as: "w", lease: Self.lease)
        let expected = model.claim(upTo: limit, now: now, lease: Self.lease)
        try expect(claimed.map { QueueModel.Claim(index: Int($0.id.value) - 1, token: $0.token) }, expected)
        model.claimed += claimed
    }

    private mutating func finish() throws {
        guard let job = model.claimed.randomElement(using: &generator) else { return }
        steps.append("finish of \(job.key) under token \(job.token)")
        let isStale = model.isStale(job)
        let store = store
        try expect(try isRefused { () throws(StoreError) in try store.finish(job) { _ in } }, isStale)
        if !isStale { model.finish(job) }
    }

    private mutating func fail(at now: Timestamp) throws {
        guard let job = model.claimed.randomElement(using: &generator) else { return }
        let retryable = Bool.random(using: &generator)
        steps.append("\(retryable ? "failure" : "final failure") of \(job.key) under token \(job.token)")
        let isStale = model.isStale(job)
        let store = store
        try expect(
            try isRefused { () throws(StoreError) in try store.fail(job, error: "e", retryable: retryable) }, isStale)
        if !isStale { model.fail(job, retryable: retryable, now: now) }
    }

    private mutating func lose(_ cause: LossCause) throws {
        guard let job = model.claimed.randomElement(using: &generator) else { return }
        steps.append("loss (\(cause)) of \(job.key) under token \(job.token)")
        let isStale = model.isStale(job)
        let store = store
        var isDead = false
        try expect(
            try isRefused { () throws(StoreError) in isDead = try store.lose(job, error: "e", cause: cause) }, isStale)
        if !isStale { try expect(isDead, model.lose(job, cause: cause)) }
    }

    private mutating func command(
        _ name: String, _ body: (Store, inout QueueModel, Int, JobFilter) throws -> (found: Int, expected: Int)
    ) throws {
        guard let index = model.jobs.indices.randomElement(using: &generator) else { return }
        steps.append("\(name): job-\(index)")
        let (found, expected) = try body(store, &model, index, JobFilter(ids: [JobID(Int64(index) + 1)]))
        try expect(found, expected)
    }

    /// Goes on with what a process leaves that is killed now, or while it writes the end of `job`.
    private mutating func crash(inTheMiddleOf job: LeasedJob?) throws {
        steps.append("crash\(job.map { " while \($0.key) ends" } ?? "")")
        let old = store
        var copy: String?
        if let job {
            let folder = folder
            try? old.finish(job) { writer throws(StoreError) in
                try writer.enqueue([Sample.job("never seen")])
                copy = try? StoreCopy.afterCrash(of: old.path, in: folder)
                throw .invalid("crash")
            }
        } else {
            copy = try StoreCopy.afterCrash(of: old.path, in: folder)
        }
        let path = try #require(copy)
        try end()
        store = try Self.open(path, clock)
        reader = try DatabaseQueue(path: path)
    }
}
