import Foundation
import Testing

/// `centroid search` on the built-in digits.
@Suite struct SearchCommandTests {
    private let folder: Folder

    init() throws {
        folder = try Folder.withLeNet()
    }

    private func search(_ more: String...) throws -> [String: Any] {
        let run = try folder.run(
            ["search", "lenet", "--images", "200", "--refit-images", "200", "--final-images", "300", "--json"] + more)
        #expect(run.status == 0, "\(run.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    @Test func frontOfRefittedNetworksIsKeptAndSharedBetweenSearches() throws {
        let result = try search(
            "--pareto", "--degrees", "2,4", "--evaluations", "4", "--finalists", "1", "--chain", "8")
        #expect(result["evaluations"] as? Int == 4)
        #expect(result["rank_correlation"] is Double)
        let front = try #require(result["front"] as? [[String: Any]])
        let first = try #require(front.first)
        #expect(first["levels"] as? Int == 9)
        #expect(first["bootstraps"] as? Int == 1)
        #expect(first["layers"] as? [String] == ["2", "2", "2", "2"])
        #expect((result["finalists"] as? [Any])?.count == 1)
        func jobs(_ kind: String) throws -> Int {
            let run = try folder.centroid("jobs", "--kind", kind, "--json")
            return try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [Any]).count
        }
        let before = try jobs("reconstruct")
        // The uniform plans were tried by the first search already.
        let uniform = try search("--pareto", "--degrees", "2,4", "--strategy", "uniform", "--finalists", "0")
        #expect(uniform["evaluations"] as? Int == 2)
        #expect(try jobs("reconstruct") == before)
        let check = try folder.centroid("store", "check")
        #expect(check.status == 0, "\(check.output)\(check.errors)")
    }

    /// Each step is enqueued by the end of the one before: a command that looked away would stop in between.
    @Test func commandWaitsForTheLastStep() throws {
        let result = try search(
            "--pareto", "--degrees", "2,3,4", "--strategy", "random", "--no-refit", "--evaluations", "40",
            "--finalists", "0")
        #expect(result["evaluations"] as? Int == 40)
        #expect(try folder.centroid("jobs", "--state", "ready").output.contains("No such jobs"))
    }

    @Test func originalWeightsWithFittersAsOptions() throws {
        let result = try search(
            "--levels", "13", "--no-refit", "--degrees", "2,4", "--fitters", "least-squares,hermite", "--evaluations",
            "10", "--finalists", "0")
        let front = try #require(result["front"] as? [[String: Any]])
        #expect(front.allSatisfy { ($0["levels"] as? Int ?? 99) <= 13 })
        let layers = front.flatMap { $0["layers"] as? [String] ?? [] }
        #expect(layers.allSatisfy { $0.hasPrefix("least-squares ") || $0.hasPrefix("hermite ") })
        #expect(!layers.isEmpty)
    }

    @Test(arguments: [
        ([], "--pareto"), (["--levels", "8"], "at least as many"), (["--levels", "0"], "--levels 0"),
        (["--pareto", "--degrees", "2,9"], "--no-refit"), (["--pareto", "--strategy", "magic"], "magic"),
        (["--pareto", "--images", "999999"], "validation set"), (["--pareto", "--fitters", "guided"], "guided"),
        (["--pareto", "--bootstrap-seconds", "3"], "--chain"), (["--pareto", "--chain", "0"], "--chain 0"),
    ])
    func wishThatCannotBe(_ arguments: [String], words: String) throws {
        let run = try folder.run(["search", "lenet"] + arguments)
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.errors.contains(words), "\(run.errors)")
        #expect(try folder.centroid("status").output.contains("No jobs."))
    }

    @Test func priceListThatIsNone() throws {
        let run = try folder.centroid("search", "lenet", "--pareto", "--prices", "nowhere.json")
        #expect(run.status == 66, "\(run.errors)")
        #expect(run.errors.contains("nowhere.json"))
    }
}
