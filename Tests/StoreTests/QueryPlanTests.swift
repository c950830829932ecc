import GRDB
import Store
import Testing

/// Queries that must stay fast in large stores use their indexes.
@Suite struct QueryPlanTests {
    @Test(arguments: [false, true]) func claimReadsTheIndexOfReadyJobsInOrder(filtered: Bool) throws {
        let steps = try plan(
            Store.selectCandidates(filtered ? "jobs.kind IN (SELECT value FROM json_each(:kinds))" : "TRUE"),
            filtered ? ["now": 0, "limit": 1, "kinds": "[]"] : ["now": 0, "limit": 1])
        #expect(steps.contains { $0.contains("jobs USING INDEX jobs_ready") })
        #expect(!steps.contains { $0.contains("TEMP B-TREE") })
    }

    @Test func claimOfASweepReadsTheSameIndex() throws {
        let steps = try plan(
            Store.selectCandidates("EXISTS (SELECT 1 FROM sweep_jobs WHERE sweep = :sweep AND job = jobs.id)"),
            ["now": 0, "limit": 1, "sweep": 1])
        #expect(steps.contains { $0.contains("jobs USING INDEX jobs_ready") })
        #expect(!steps.contains { $0.contains("TEMP B-TREE") || $0.contains("SCAN sweep_jobs") })
    }

    @Test func lookForLostLeasesReadsOnlyLeases() throws {
        let steps = try plan(Store.selectLostLeases, ["now": 0])
        #expect(steps.allSatisfy { $0.contains("USING INDEX jobs_leased") })
    }

    @Test func bestJumpsThroughTheIndexOfEvaluations() throws {
        let steps = try plan(Store.selectEvaluatedCandidates, ["layer": 1, "degree": 2, "fitter": "centroid"])
        let seeks = [
            "layer=? AND degree>?", "layer=? AND degree=? AND fitter>?",
            "layer=? AND degree=? AND fitter=? AND levels=? AND dataset=? AND first_image=? AND images>?",
        ]
        for seek in seeks {
            #expect(steps.contains { $0.contains("next USING") && $0.contains("evaluations_best (\(seek))") })
        }
        #expect(steps.contains { $0.contains("original USING") && $0.contains("INDEX evaluations_once") })
        expectNoScans(steps)
    }

    @Test func bestByErrorJumpsThroughTheIndexOfApproximations() throws {
        let steps = try plan(Store.selectFittedCandidates, ["layer": 1, "degree": 2, "fitter": "centroid"])
        let seek = "approximations_by_rmse (layer=? AND degree=? AND fitter=? AND levels>?)"
        #expect(steps.contains { $0.contains("next USING") && $0.contains(seek) })
        expectNoScans(steps)
    }

    private func expectNoScans(_ steps: [String]) {
        #expect(!steps.contains { $0.contains("TEMP B-TREE") }, "\(steps)")
        // The recursive table itself is the only thing read from end to end.
        #expect(steps.filter { $0.hasPrefix("SCAN") }.allSatisfy { $0.contains("leaders") || $0.contains("CONSTANT") })
    }

    private func plan(_ sql: String, _ arguments: StatementArguments) throws -> [String] {
        let work = try Workplace()
        let queue = try DatabaseQueue(path: work.path)
        defer { try? queue.close() }
        return try queue.read { database in
            try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments).map { $0["detail"] }
        }
    }
}
