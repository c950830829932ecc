import Foundation
import Store
import Testing

@Suite struct DigestTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        try work.store.recordResults()
    }

    private func otherDigest(reversed: Bool = false, coefficient: Double = 0.25) throws -> StoreDigest {
        let other = try Workplace()
        other.clock.advance(by: .seconds(86_400))
        try other.store.recordResults(reversed: reversed, coefficient: coefficient)
        return try other.store.digest()
    }

    @Test func everyPartHasRows() throws {
        let digest = try work.store.digest()
        let rows = Dictionary(uniqueKeysWithValues: digest.parts.map { ($0.name, $0.rows) })
        #expect(
            rows == [
                "datasets": 1, "models": 2, "trainings": 1, "layers": 6, "sweeps": 2, "shards": 12,
                "approximations": 12, "plans": 2,
                "plan_layers": 6, "evaluations_of_originals": 2, "evaluations_of_approximations": 12,
                "evaluations_of_plans": 2, "checks": 4, "sensitivities": 12,
            ])
        #expect(Set(digest.parts.map(\.sha256)).count == digest.parts.count)
        #expect(digest.sha256.count == 64)
    }

    @Test func sameResultsInAnotherOrderWithFailuresAndLaterHaveTheSameDigest() throws {
        #expect(try otherDigest(reversed: true) == (try work.store.digest()))
    }

    @Test func lastBitOfOneCoefficientChangesTheDigestOfItsPartAlone() throws {
        let digest = try work.store.digest()
        let other = try otherDigest(coefficient: (0.25).nextUp)
        #expect(other.sha256 != digest.sha256)
        let differing = zip(other.parts, digest.parts).filter { $0.0 != $0.1 }.map(\.0.name)
        #expect(differing == ["approximations"])
    }

    @Test(arguments: [
        ("UPDATE shards SET statistics = CAST(x'00' || statistics AS BLOB) WHERE id = 1", ["shards"]),
        ("UPDATE evaluations SET correct = correct - 1 WHERE subject = 'plan'", ["evaluations_of_plans"]),
        ("UPDATE evaluations SET predictions = x'01' WHERE subject = 'original'", ["evaluations_of_originals"]),
        ("UPDATE evaluations SET agreeing = 1 WHERE id = 2", ["evaluations_of_approximations"]),
        ("UPDATE sensitivities SET divergence = 2 * divergence WHERE approximation = 1", ["sensitivities"]),
        ("UPDATE plans SET weights = x'00' WHERE id = 1", ["plans"]),
        ("UPDATE plan_layers SET approximation = NULL WHERE plan = 2 AND layer = 6", ["plan_layers"]),
        ("UPDATE sweeps SET settings = '[]' WHERE id = 1", ["sweeps"]),
        ("UPDATE checks SET report = '[]' WHERE mode = 'simulated'", ["checks"]),
        ("UPDATE checks SET report = '[]' WHERE mode = 'encrypted'; UPDATE checks SET run = '[]'", []),
        ("UPDATE layers SET height = 1 WHERE id = 4", ["layers"]),
        ("UPDATE trainings SET report = '[]'", ["trainings"]),
        ("UPDATE datasets SET test_images = 1", ["datasets"]),
        ("UPDATE datasets SET path = 'elsewhere'; DELETE FROM attempts; DELETE FROM job_dependencies", []),
        ("UPDATE models SET created_at = 1; UPDATE plans SET created_at = 1; UPDATE jobs SET last_error = 'x'", []),
    ])
    func changeShowsInItsPart(sql: String, parts: [String]) throws {
        let before = try work.store.digest()
        try work.store.close()
        try StoreCopy.alter(work.path, sql)
        let after = try work.open(.queryOnly).digest()
        #expect(zip(before.parts, after.parts).filter { $0.0 != $0.1 }.map(\.0.name) == parts)
        #expect((before.sha256 == after.sha256) == parts.isEmpty)
    }
}
