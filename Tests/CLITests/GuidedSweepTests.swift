import Foundation
import Testing

/// Whole networks by the guided method, from the command to the table.
@Suite struct GuidedSweepTests {
    private let folder: Folder

    init() throws {
        folder = try Folder.withLeNet()
    }

    private func json(_ output: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(output.utf8))
    }

    @Test func guidedNetworksStandInTheResultWithTheirCost() throws {
        let run = try folder.centroid(
            "run", "lenet", "--fitters", "guided", "--degrees", "2", "--images", "400", "--validation-images", "300",
            "--json")
        #expect(run.status == 0, "\(run.errors)")
        let result = try #require(json(run.output) as? [String: Any])
        #expect((result["fits"] as? [Any])?.isEmpty == true)
        #expect(result["calibration_images"] as? Int == 400)
        let plans = try #require(result["plans"] as? [[String: Any]])
        #expect(plans.map { $0["plan"] as? String } == ["guided degree 2"])
        #expect(plans.map { $0["method"] as? String } == ["guided"])
        #expect(plans.map { $0["levels"] as? Int } == [4])
        #expect(try #require(plans[0]["preparation_seconds"] as? Double) > 0)
        let test = try #require(plans[0]["test"] as? [String: Any])
        #expect(test["images"] as? Int == 2000)
        #expect(test["escaped"] as? Int == 0)
        // The network is at 99 %; polynomials of this degree without refitting bring it to 85 %.
        #expect(try #require(test["correct"] as? Int) > 1800)

        let jobs = try #require(json(try folder.centroid("jobs", "--json").output) as? [[String: Any]])
        #expect(
            jobs.map { $0["kind"] as? String }
                == ["evaluate-original", "reconstruct", "evaluate-plan", "evaluate-original", "evaluate-plan"])
        #expect(try folder.centroid("status").output.contains("reconstruct"))
        #expect(try folder.centroid("best", "lenet").output.contains("Nothing fitted yet"))
        #expect(try folder.centroid("best", "lenet", "--by", "rmse", "--json").output.contains("[\n\n]"))
        let check = try folder.centroid("store", "check")
        #expect(check.status == 0, "\(check.output)\(check.errors)")
    }

    @Test func tableShowsNetworksBehindFits() throws {
        let run = try folder.centroid(
            "run", "lenet", "--fitters", "least-squares,guided", "--layer-degrees", "3,2,2,2", "--degrees", "2",
            "--images", "300", "--validation-images", "200", "--no-test")
        #expect(run.status == 0, "\(run.errors)")
        let names = run.output.split(separator: "\n").map(String.init).filter { $0.contains("CI") && $0.contains("/") }
        let plans = ["original network", "least-squares degree 2", "best", "guided degrees 3,2,2,2"]
        #expect(plans.allSatisfy { plan in names.contains { $0.hasPrefix(plan) } }, "\(run.output)")
        #expect(run.output.contains("prepared in"))
    }

    @Test func distilledNetworksAreTrainedFromGuidedOnes() throws {
        let run = try folder.centroid(
            "run", "lenet", "--fitters", "distilled,guided", "--degrees", "2", "--epochs", "0.5", "--images", "400",
            "--validation-images", "300", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let result = try #require(json(run.output) as? [String: Any])
        let plans = try #require(result["plans"] as? [[String: Any]])
        #expect(Set(plans.compactMap { $0["plan"] as? String }) == ["distilled degree 2", "guided degree 2"])
        var seconds: [String: Double] = [:]
        for plan in plans {
            let test = try #require(plan["test"] as? [String: Any])
            #expect(try #require(test["correct"] as? Int) > 1800)
            seconds[try #require(plan["method"] as? String)] = plan["preparation_seconds"] as? Double
        }
        // The distilled network was prepared by both.
        #expect(try #require(seconds["distilled"]) > #require(seconds["guided"]))

        #expect(plans.allSatisfy { $0["kept_start"] as? Bool == false })

        let same = [
            "lenet", "--fitters", "distilled", "--degrees", "2", "--epochs", "0.5", "--images", "400",
            "--validation-images", "300",
        ]
        let again = try folder.run(["sweep"] + same + ["--json"])
        #expect(try #require(json(again.output) as? [String: Any])["added"] as? Int == 0)
        // As where training has made it worse.
        try folder.sqlite(
            "UPDATE plans SET settings = json_set(settings, '$.comparison.endAgrees', 0) WHERE method = 'distilled'")
        for run in try [folder.run(["run"] + same), folder.centroid("best", "lenet", "--plan")] {
            #expect(
                (run.output + run.errors).contains("what it began with is the plan: distilled degree 2 ("),
                "\(run.output)")
        }
        let jobs = try #require(json(try folder.centroid("jobs", "--json").output) as? [[String: Any]])
        #expect(Set(jobs.compactMap { $0["kind"] as? String }).isSuperset(of: ["reconstruct", "distil"]))
        let check = try folder.centroid("store", "check")
        #expect(check.status == 0, "\(check.output)\(check.errors)")
    }

    @Test func retrainedNetworksAreNamedApart() throws {
        let sweep = [
            "lenet", "--fitters", "from-scratch,retrained", "--epochs", "0.5", "--validation-images", "300", "--json",
        ]
        let run = try folder.run(["run"] + sweep)
        #expect(run.status == 0, "\(run.errors)")
        let found = try #require(json(run.output) as? [String: Any])
        #expect(found["calibration_images"] == nil && found["network_calibration_images"] == nil)
        let plans = try #require(found["plans"] as? [[String: Any]])
        let named = Dictionary(uniqueKeysWithValues: plans.map { ($0["plan"] as? String ?? "", $0) })
        #expect(Set(named.keys) == ["from-scratch degree 2", "retrained degree 2"])
        let test = try #require(named["retrained degree 2"]?["test"] as? [String: Any])
        #expect(try #require(test["correct"] as? Int) > 1800 && test["escaped"] as? Int == 0)
        #expect(named.values.allSatisfy { $0["levels"] as? Int == 4 })
        #expect(named.values.allSatisfy { ($0["preparation_seconds"] as? Double ?? 0) > 0 })

        let again = try folder.run(["sweep"] + sweep)
        #expect(try #require(json(again.output) as? [String: Any])["added"] as? Int == 0)
        // The figures of the images that were asked for, not of those before.
        let fewer = try folder.run(["run"] + sweep.prefix(5) + ["--validation-images", "100", "--no-test"])
        #expect(fewer.output.contains(" / 100 (") && !fewer.output.contains(" / 300 ("), "\(fewer.output)")
        #expect(fewer.output.hasPrefix("Model lenet on digits\n"), "\(fewer.output)")
        #expect(try folder.centroid("best", "lenet", "--plan").output.contains("retrained degree 2"))
        #expect(try folder.centroid("best", "lenet", "--by", "rmse", "--json").output.contains("[\n\n]"))
        let export = try folder.centroid(
            "export", "lenet", "--plan", "retrained degree 2", "--out", "poly.onnx")
        #expect(export.status == 0, "\(export.errors)")
        let check = try folder.centroid("check", "lenet", "--plan", "from-scratch degree 2", "--explain")
        #expect(check.status == 0, "\(check.errors)")
        let store = try folder.centroid("store", "check")
        #expect(store.status == 0, "\(store.output)\(store.errors)")
    }

    @Test func helpSaysWhoLooksAtLabels() throws {
        let help = try folder.centroid("sweep", "--help").output.split(whereSeparator: \.isWhitespace)
        #expect(help.joined(separator: " ").contains("No other fitter looks at a label of a training image."))
    }

    @Test(arguments: [
        (["--epochs", "2"], "--fitters distilled"),
        (["--fitters", "retrained", "--degrees", "4"], "--degrees 2"),
        (["--fitters", "retrained", "--degrees", "2,4"], "--degrees 2"),
        (["--fitters", "from-scratch,guided", "--degrees", "3"], "from-scratch"),
        (["--fitters", "retrained", "--layer-degrees", "2,2,4,2"], "--degrees 2"),
        (["--fitters", "retrained", "--epochs", "-1"], "--epochs"),
        (["--fitters", "retrained", "--images", "500"], "all training images"),
        (["--granularity", "layer"], "for each channel"),
        (["--fitters", "herpn"], "retrained, from-scratch"),
        (["--fitters", "distilled", "--epochs", "0"], "--epochs 0: choose more"),
        (["--fitters", "distilled", "--epochs", "2", "--budget", "10m"], "twice"),
        (["--fitters", "distilled", "--budget", "ten"], "ten"),
        (["--fitters", "distilled", "--budget", "200h"], "168 h"),
        (["--layer-degrees", "2,2"], "4 layers"),
        (["--layer-degrees", "2,1,2,2"], "degree 1"),
        (["--layer-degrees", "2,x,2,2"], "2,x,2,2"),
        (["--layer-degrees", "2,2,2,9"], "2...8"),
        (["--layer-degrees", "2,2,2,2", "--degrees", "2"], "twice"),
        (["--layer-degrees", "2,2,2,2", "--stream-degree", "4"], "twice"),
        (["--stream-degree", "4"], "no residual stream"),
        (["--stream-degree", "2...4"], "2...4"),
        (["--degrees", "9"], "2...8"),
        (["--degrees", "1"], "degree 1"),
        (["--images", "0"], "--images"),
        (["--fitters", "least-squares", "--layer-degrees", "2,2,2,2"], "guided"),
    ])
    func wishThatCannotBe(_ arguments: [String], words: String) throws {
        let run = try folder.run(["sweep", "lenet", "--fitters", "guided"] + arguments)
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.errors.contains(words), "\(run.errors)")
        #expect(try folder.centroid("status").output.contains("No jobs."))
    }
}
