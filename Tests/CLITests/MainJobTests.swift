import Foundation
import Testing

/// The main job on the built-in digits, from an empty folder to the tables.
@Suite struct MainJobTests {
    private let folder: Folder

    init() throws {
        folder = try Folder.withLeNet()
    }

    private func run(_ more: String...) throws -> [String: Any] {
        let arguments = ["run", "lenet", "--degrees", "2,4", "--images", "500", "--validation-images", "400", "--json"]
        let script = "\"$CENTROID\" \((arguments + more).joined(separator: " "))"
        let run = try folder.shell(script)
        #expect(run.status == 0, "\(run.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    @Test func runFitsEvaluatesAndPlans() throws {
        let result = try run()
        let fits = try #require(result["fits"] as? [[String: Any]])
        #expect(fits.count == 4 * 2 * 2)
        for fit in fits {
            let evaluation = try #require(fit["evaluation"] as? [String: Any])
            #expect(evaluation["images"] as? Int == 400)
            let polynomials = try #require(fit["polynomials"] as? [[String: Any]])
            #expect((polynomials[0]["coefficients"] as? [Double])?.allSatisfy(\.isFinite) == true)
        }
        let best = try #require(result["best"] as? [[String: Any]])
        #expect(best.compactMap { $0["layer"] as? Int } == [0, 1, 2, 3])
        let plans = try #require(result["plans"] as? [[String: Any]])
        #expect(plans.count == 5)
        let test = try #require(plans.last?["test"] as? [String: Any])
        #expect(test["images"] as? Int == 2000)
        // Degree 4, alone at its layer and chosen by validation, keeps most of a network that is at 99 %.
        #expect(try #require(test["correct"] as? Int) > 1500)
    }

    @Test func secondRunAddsNothing() throws {
        _ = try run("--fit-only")
        let sweep = try folder.centroid("sweep", "lenet", "--degrees", "2,4", "--images", "500", "--fit-only", "--json")
        #expect(sweep.output.contains("\"added\" : 0"), "\(sweep.output)")
    }

    @Test func perChannelFitsHaveOnePolynomialPerChannel() throws {
        let result = try run("--granularity", "channel", "--fitters", "least-squares", "--fit-only")
        let fits = try #require(result["fits"] as? [[String: Any]])
        let first = try #require(fits.first { $0["layer"] as? Int == 0 })
        #expect((first["polynomials"] as? [Any])?.count == 6)
    }

    @Test func everyFitterGoesTheWholeWay() throws {
        let result = try run("--fitters", "minimax,hermite")
        let fits = try #require(result["fits"] as? [[String: Any]])
        #expect(fits.count == 4 * 2 * 2)
        #expect(Set(fits.compactMap { $0["fitter"] as? String }) == ["hermite", "minimax"])
        #expect(fits.allSatisfy { ($0["evaluation"] as? [String: Any])?["images"] as? Int == 400 })
        let plans = try #require(result["plans"] as? [[String: Any]])
        #expect(plans.count == 5)
        let best = try folder.centroid("best", "lenet", "--fitter", "hermite", "--json")
        #expect(best.output.contains("\"hermite\"") && !best.output.contains("\"minimax\""))
        let export = try folder.centroid(
            "export", "lenet", "--plan", "minimax degree 4", "--format", "json", "--images", "0", "--out", "plan.json")
        #expect(export.status == 0, "\(export.errors)")
    }

    @Test func weightingChangesMinimaxAndNeedsIt() throws {
        let plain = try run("--fitters", "minimax", "--fit-only")
        let weighted = try run("--fitters", "minimax", "--fit-only", "--weighting", "density")
        func errors(_ result: [String: Any]) throws -> [Double] {
            try #require(result["fits"] as? [[String: Any]]).compactMap { $0["rmse"] as? Double }
        }
        #expect(try errors(plain).count == 8)
        #expect(try errors(weighted).count == 8)
        #expect(try zip(errors(weighted), errors(plain)).allSatisfy { $0 != $1 })
        for arguments in ["--fitters least-squares --weighting density", "--fitters minimax --weighting magic"] {
            let run = try folder.shell("\"$CENTROID\" sweep lenet \(arguments)")
            #expect(run.status == 64)
            #expect(run.errors.contains("minimax") || run.errors.contains("magic"), "\(run.errors)")
        }
    }

    @Test func queriesAnswerFromTheStore() throws {
        _ = try run("--no-test")
        let best = try folder.centroid("best", "lenet", "--layer", "1", "--degree", "4", "--by", "rmse", "--json")
        let rows = try #require(JSONSerialization.jsonObject(with: Data(best.output.utf8)) as? [[String: Any]])
        #expect(rows.count == 1 && rows[0]["degree"] as? Int == 4)
        #expect(try folder.centroid("jobs", "--kind", "fit", "--state", "done").output.contains("least-squares"))
        #expect(try folder.centroid("status").output.contains("evaluate-layer"))
    }

    @Test func interruptedRunResumesToTheSameFits() throws {
        let whole = try run("--fit-only")
        let other = try MainJobTests()
        let script = """
            timeout --signal=INT 0.4 "$CENTROID" run lenet --degrees 2,4 --images 500 --fit-only >/dev/null 2>&1
            "$CENTROID" run lenet --degrees 2,4 --images 500 --fit-only --json
            """
        let resumed = try other.folder.shell(script)
        #expect(resumed.status == 0, "\(resumed.errors)")
        let result = try #require(JSONSerialization.jsonObject(with: Data(resumed.output.utf8)) as? [String: Any])
        #expect(
            NSDictionary(dictionary: ["fits": whole["fits"] as Any])
                == NSDictionary(dictionary: ["fits": result["fits"] as Any]))
    }

    @Test func tablesAreReadable() throws {
        let run = try folder.centroid("model", "show", "lenet")
        #expect(run.output.contains("convolution 5x5"))
        #expect(!run.output.contains("\u{1B}"))
    }
}
