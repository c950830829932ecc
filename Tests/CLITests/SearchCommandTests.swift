import Foundation
import Store
import Testing

/// `centroid search` on the built-in digits.
@Suite struct SearchCommandTests {
    private let folder: Folder

    init() throws {
        folder = try Folder.withLeNet()
    }

    private func search(_ more: String...) throws -> [String: Any] { try search(more) }

    private func search(_ more: [String]) throws -> [String: Any] {
        let ofFinalists = more.contains("0") ? [] : ["--final-images", "300"]
        return try document(["search", "lenet"] + Self.small + ofFinalists + ["--json"] + more)
    }

    private func document(_ arguments: [String]) throws -> [String: Any] {
        let run = try folder.run(arguments)
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

    /// As where the network of one trial cannot be made.
    @Test func aTrialThatFailedIsAResult() throws {
        let uniform = ["--pareto", "--degrees", "2,4", "--strategy", "uniform", "--finalists", "0"]
        _ = try search(uniform)
        try folder.sqlite(
            """
            UPDATE jobs SET state = 'dead', last_error = 'no' \
            WHERE id = (SELECT max(id) FROM jobs WHERE kind = 'evaluate-plan')
            """)
        let again = try folder.run(["search", "lenet"] + Self.small + uniform)
        #expect(again.status == 0 && again.errors.contains("1 job of plans that were tried failed"), "\(again.errors)")
    }

    private static let evolutionary = ["--pareto", "--strategy", "evolutionary"]
    private static let small = ["--images", "200", "--refit-images", "200"]

    /// Jobs of a kind that are done.
    private func done(_ kind: JobKind, in store: Store) throws -> Int {
        try store.jobCounts(JobFilter(kinds: [kind]))[.done]
    }

    @Test(arguments: [["dp"], ["random"], ["evolutionary", "--population", "3", "--generations", "2"]])
    func searchThatWasKilledEndsAsAnUndisturbedOne(_ strategy: [String]) throws {
        let wish =
            ["search", "lenet"] + Self.small + [
                "--pareto", "--degrees", "2,3,4", "--evaluations", "6", "--finalists", "1", "--test", "--json",
                "--strategy",
            ] + strategy
        let store = try Store.open(at: folder.file("centroid.db"))
        let process = try folder.start(wish)
        try folder.wait(for: "some trials") { try done("evaluate-plan", in: store) >= 2 }
        #expect(kill(process.processIdentifier, SIGKILL) == 0)
        process.waitUntilExit()
        let before = try done("reconstruct", in: store)
        #expect(before < 7)

        let calm = try Folder.withLeNet()
        let results = try [folder, calm].map { folder in
            let run = try folder.run(wish)
            #expect(run.status == 0, "\(run.errors)")
            return try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        }
        for part in ["trials", "front", "finalists"] {
            let rows = try results.map { result in
                try #require(result[part] as? [[String: Any]]).map { row in
                    var row = row
                    // A job that went on counts its lost time as well.
                    row["preparation_seconds"] = nil
                    return row
                } as NSArray
            }
            #expect(rows[0].count > 0)
            #expect(rows[0] == rows[1], "\(part)")
        }
        #expect(try done("reconstruct", in: store) == 7)
        #expect(try folder.centroid("store", "digest").output == calm.centroid("store", "digest").output)
    }

    @Test func secondsEndASearchAndALongerOneGoesOnFromThere() throws {
        func trials(_ result: [String: Any]) throws -> [(key: String, seconds: Double)] {
            try #require(result["trials"] as? [[String: Any]]).map {
                try ($0["key"] as? String ?? "", #require($0["preparation_seconds"] as? Double))
            }
        }
        let wish = ["--pareto", "--degrees", "2,3,4", "--finalists", "0"]
        let short = try trials(search(wish + ["--seconds", "0.3s", "--evaluations", "60"]))
        #expect(!short.isEmpty && short.count < 60)
        // No trial begins beyond the limit, and none is missing before it.
        #expect(short.map(\.seconds).reduce(0, +) >= 0.3)
        #expect(short.dropLast().map(\.seconds).reduce(0, +) < 0.3)
        let long = try trials(search(wish + ["--seconds", "2h", "--evaluations", "\(short.count + 2)"]))
        #expect(long.count == short.count + 2)
        #expect(long.prefix(short.count).map(\.key) == short.map(\.key))
        #expect(try done("reconstruct", in: Store.open(at: folder.file("centroid.db"))) == long.count)
    }

    @Test func testFiguresAreForFinalistsWhenAllIsChosen() throws {
        let wish = ["--pareto", "--degrees", "2,4", "--evaluations", "4", "--finalists", "2"]
        let plain = try search(wish)
        #expect(plain["original_on_test"] == nil)
        let tested = try search(wish + ["--test"])
        #expect(plain["front"] as? NSArray == tested["front"] as? NSArray)
        let finalists = try #require(tested["finalists"] as? [[String: Any]])
        #expect(finalists.count == 2)
        for finalist in finalists {
            let test = try #require(finalist["test"] as? [String: Any])
            #expect(test["split"] as? String == "test" && test["images"] as? Int == 2000)
            #expect(try #require(test["correct"] as? Int) > 1800)
        }
        #expect((tested["original_on_test"] as? [String: Any])?["images"] as? Int == 2000)
        // Trials have none.
        #expect((tested["trials"] as? [[String: Any]])?.contains { $0["test"] != nil } == false)
        // Trials are on fewer images than finalists: the plans say so.
        let best = try folder.centroid("best", "lenet", "--plan")
        #expect(
            best.status == 0 && best.errors.contains("4 plans evaluated on other or fewer images"), "\(best.errors)")
        #expect(best.errors.contains("searches with --images"))
    }

    /// Each step is enqueued by the end of the one before: a command that looked away would stop in between.
    @Test func commandWaitsForTheLastStep() throws {
        let result = try document([
            "search", "lenet", "--pareto", "--degrees", "2,3,4", "--strategy", "random", "--no-refit", "--evaluations",
            "40", "--finalists", "0", "--images", "200", "--json",
        ])
        #expect(result["evaluations"] as? Int == 40)
        #expect(try folder.centroid("jobs", "--state", "ready").output.contains("No such jobs"))
    }

    @Test func generationsHaveNewPlansAndTheFinalistStandsAmongThePlans() throws {
        let result = try search(
            "--pareto", "--degrees", "2,3,4", "--strategy", "evolutionary", "--population", "4", "--generations", "3",
            "--finalists", "1")
        #expect(result["strategy"] as? String == "evolutionary")
        #expect(result["evaluations"] as? Int == 12)
        #expect(try #require(result["seconds"] as? Double) > 0)
        let trials = try #require(result["trials"] as? [[String: Any]])
        #expect(Set(trials.compactMap { $0["key"] as? String }).count == 12)
        // Steps: before each generation, and one behind the last.
        #expect(try done("search", in: Store.open(at: folder.file("centroid.db"))) == 4)
        let few = try search(
            "--pareto", "--degrees", "2,3,4", "--strategy", "evolutionary", "--population", "4", "--generations", "3",
            "--evaluations", "6", "--finalists", "0")
        let first = try #require(few["trials"] as? [[String: Any]])
        #expect(first.map { $0["key"] as? String } == trials.prefix(6).map { $0["key"] as? String })
        let finalist = try #require((result["finalists"] as? [[String: Any]])?.first?["plan"] as? String)
        #expect(finalist.hasPrefix("guided degree"))
        #expect(try folder.centroid("best", "lenet", "--plan").output.contains(finalist))
    }

    @Test func candidatesCanBeTrainedShortly() throws {
        let result = try search(
            "--pareto", "--degrees", "2,4", "--strategy", "evolutionary", "--population", "2", "--generations", "1",
            "--fine-tune-epochs", "0.1", "--finalists", "1")
        let rows = try ["trials", "finalists"].flatMap { try #require(result[$0] as? [[String: Any]]) }
        #expect(rows.count == 3)
        #expect(rows.allSatisfy { ($0["plan"] as? String)?.hasPrefix("distilled degree ") == true })
        #expect(rows.allSatisfy { ($0["preparation_seconds"] as? Double ?? 0) > 0 })
        let store = try Store.open(at: folder.file("centroid.db"))
        #expect(try done("distil", in: store) == 3)
        #expect(try done("reconstruct", in: store) == 3)
        let check = try folder.centroid("store", "check")
        #expect(check.status == 0, "\(check.output)\(check.errors)")
    }

    @Test func finalistsAloneAreTrained() throws {
        let result = try search(
            "--pareto", "--degrees", "2,4", "--strategy", "uniform", "--evaluations", "2", "--final-epochs", "0.1",
            "--finalists", "1")
        func names(_ rows: String) throws -> [String] {
            try #require(result[rows] as? [[String: Any]]).compactMap { $0["plan"] as? String }
        }
        #expect(try Set(names("trials")) == ["guided degree 2", "guided degree 4"])
        #expect(try names("finalists").map { $0.hasPrefix("distilled degree ") } == [true])
        #expect(try done("distil", in: Store.open(at: folder.file("centroid.db"))) == 1)
    }

    @Test func levelsOfThePriceListStandBesideDepth() throws {
        let arguments = [
            "search", "lenet", "--pareto", "--degrees", "5", "--no-refit", "--strategy", "uniform", "--finalists", "0",
            "--images", "20",
        ]
        let run = try folder.run(arguments)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("1 whole network tried"), "\(run.output)")
        #expect(run.output.contains("depth is what Centroid's circuits take"), "\(run.output)")
        let front = try #require(document(arguments + ["--json"])["front"] as? [[String: Any]])
        #expect(front.first?["levels"] as? Int == 21 && front.first?["depth"] as? Int == 17, "\(front)")
    }

    @Test func originalWeightsWithFittersAsOptions() throws {
        let result = try document([
            "search", "lenet", "--levels", "13", "--no-refit", "--degrees", "2,4", "--fitters",
            "least-squares,hermite", "--evaluations", "10", "--finalists", "0", "--images", "200", "--json",
        ])
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
        (["--pareto", "--bootstrap-seconds", "3"], "--chain"), (["--pareto", "--test", "--finalists", "0"], "--test"),
        (["--pareto", "--chain", "0"], "--chain 0"), (evolutionary + ["--population", "1"], "--population 1"),
        (evolutionary + ["--generations", "0"], "--generations 0"),
        (evolutionary + ["--mutation-rate", "1.5"], "--mutation-rate 1.5"),
        (evolutionary + ["--mutation-rate", "nan"], "--mutation-rate nan"),
        (evolutionary + ["--levels", "8"], "at least as many"),
        (["--pareto", "--population", "12"], "--population: only --strategy evolutionary"),
        (["--pareto", "--strategy", "random", "--mutation-rate", "0.5"], "the strategy is random"),
        (["--pareto", "--fine-tune-epochs", "0"], "--fine-tune-epochs 0"),
        (["--pareto", "--fine-tune-epochs", "1", "--no-refit"], "--no-refit"),
        (["--pareto", "--final-epochs", "-1"], "--final-epochs -1"),
        (["--pareto", "--final-epochs", "1", "--no-refit"], "--no-refit"),
        (["--pareto", "--final-epochs", "1", "--finalists", "0"], "--finalists 0"),
        (["--pareto", "--final-images", "9", "--finalists", "0"], "--finalists 0"),
        (["--pareto", "--refit-images", "9", "--no-refit"], "--no-refit"),
        (["--levels", "13", "--budgets", "3"], "--pareto"), (["--pareto", "--seconds", "-5s"], "-5s"),
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
