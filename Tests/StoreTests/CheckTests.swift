import Foundation
import Store
import Testing

@Suite struct CheckTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        try work.store.recordResults()
        try work.store.enqueue([
            Sample.job("a"), Sample.job("b", after: [.init(on: "a", .success)]),
            Sample.job("c", after: [.init(on: "a", .completion)]), Sample.job("d"),
        ])
        let job = try #require(try work.store.claim(upTo: 1, as: "w", lease: .seconds(60)).first)
        try work.store.fail(job, error: "no", retryable: false)
        _ = try work.store.claim(upTo: 1, as: "w", lease: .seconds(60))
    }

    private func findings() throws -> [StoreFinding] {
        try Store.check(at: work.path, predictionCount: Sample.predictionCount)
    }

    @Test func soundStoreInTheMiddleOfWorkHasNoFindings() throws {
        #expect(try findings() == [])
    }

    struct Damage: CustomTestStringConvertible {
        let sql: String
        let area: StoreFinding.Area
        let problem: String
        let advice: String

        var testDescription: String { problem }
    }

    static let damages = [
        Damage(
            sql: "UPDATE job_counts SET jobs = jobs + 1 WHERE state = 'done'", area: .queue,
            problem: "are kept in job_counts", advice: "backup"),
        Damage(
            sql: "DELETE FROM attempts WHERE job = 3", area: .queue, problem: "job 3 is done, but the attempt",
            advice: "centroid retry 3 --state done"),
        Damage(
            sql: "INSERT INTO attempts SELECT id, token, owner, 0, 1, 'lost', NULL FROM jobs WHERE state = 'leased'",
            area: .queue, problem: "is over", advice: "centroid cancel"),
        Damage(
            sql: "UPDATE jobs SET lease_expires_at = leased_at - 1 WHERE state = 'leased'", area: .queue,
            problem: "has no end", advice: "centroid cancel"),
        Damage(
            sql: "UPDATE jobs SET token = 0 WHERE id = 3", area: .queue, problem: "beyond its own token 0",
            advice: "backup"),
        Damage(
            sql: "DELETE FROM job_dependencies WHERE requirement = 'success'", area: .queue,
            problem: "is blocked, but nothing keeps it", advice: "centroid cancel"),
        Damage(
            sql: "UPDATE jobs SET state = 'ready' WHERE state = 'blocked'", area: .queue,
            problem: "is ready, but a job that it needs is not", advice: "centroid retry"),
        Damage(
            sql: "DELETE FROM plan_layers WHERE layer = (SELECT max(layer) FROM plan_layers)", area: .results,
            problem: "says nothing about layer relu2", advice: "--kind choose-plan --model resnet"),
        Damage(
            sql: "UPDATE plans SET levels = levels + 1", area: .results, problem: "has 7 levels",
            advice: "--kind choose-plan"),
        Damage(
            sql: "UPDATE evaluations SET rmse = rmse * 2 WHERE layer IS NOT NULL", area: .results,
            problem: "names other figures than its approximation", advice: "backup"),
        Damage(
            sql: "DELETE FROM shards WHERE id = 1", area: .results,
            problem: "has 2 of 3 shards on calibration images 0..<500",
            advice: "centroid retry --state done --kind capture --model lenet"),
        Damage(
            sql: "UPDATE shards SET statistics = substr(statistics, 1, 40) WHERE id = 2", area: .results,
            problem: "shard 2 cannot be read back", advice: "backup"),
        Damage(
            sql: "UPDATE approximations SET polynomials = x'0102' WHERE id = 4", area: .results,
            problem: "approximation 4 cannot be read back", advice: "backup"),
        Damage(
            sql: "UPDATE evaluations SET predictions = x'00' WHERE id = 2", area: .results,
            problem: "evaluation 2 has the classes of 1 images instead of 100", advice: "backup"),
        Damage(
            sql: "UPDATE models SET onnx = x'99' WHERE id = 1", area: .catalogue, problem: "another SHA-256",
            advice: "backup"),
        Damage(
            sql: "DELETE FROM layers WHERE id = 3", area: .file, problem: "refer to rows of layers that are gone",
            advice: "backup"),
    ]

    @Test(arguments: damages) func damageIsNamedWithWhatToDo(_ damage: Damage) throws {
        try work.store.close()
        try StoreCopy.alter(work.path, damage.sql)
        let findings = try findings()
        #expect(
            findings.contains {
                $0.area == damage.area && $0.problem.contains(damage.problem) && $0.advice.contains(damage.advice)
            }, "\(findings)")
    }

    @Test func everyKindOfFindingIsCutOff() throws {
        try work.store.enqueue((0..<50).map { Sample.job("more \($0)") })
        try work.store.close()
        try StoreCopy.alter(
            work.path,
            "UPDATE jobs SET state = 'done', finished_at = 1 WHERE key LIKE 'more %'")
        #expect(try findings().count { $0.problem.contains("is done, but the attempt") } == Store.findingLimit)
    }

    @Test(arguments: ["jobs", "approximations", "shards", "evaluations", "models"])
    func damagedPageIsNamedByItsTable(table: String) throws {
        try work.store.close()
        try StoreCopy.damage(table: table, of: work.path)
        let findings = try findings()
        #expect(findings.contains { $0.area == .file && $0.problem.contains("table \(table) ") }, "\(findings)")
        #expect(findings.allSatisfy { !$0.advice.isEmpty })
    }

    @Test func fileCutShortIsReported() throws {
        try work.store.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: work.path))
        try file.truncate(atOffset: try file.seekToEnd() / 2)
        try file.close()
        #expect(try findings().contains { $0.area == .file })
    }

    @Test func checkOfNoStoreSaysWhatItIs() throws {
        #expect(throws: StoreError.missing(path: work.folder.file("none.db"))) {
            try Store.check(at: work.folder.file("none.db"), predictionCount: Sample.predictionCount)
        }
    }
}
