import Foundation
import Testing

/// Composite ReLUs, the baseline without any training, from the command to the export.
@Suite struct CompositeRunTests {
    private let folder: Folder

    init() throws {
        folder = try Folder.withLeNet()
    }

    @Test func fullPrecisionDecidesAsTheOriginal() throws {
        let run = try folder.centroid(
            "run", "lenet", "--fitters", "composite", "--precisions", "4,13", "--images", "400", "--validation-images",
            "300", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let result = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let plans = try #require(result["plans"] as? [[String: Any]])
        let names = plans.compactMap { $0["plan"] as? String }
        #expect(Set(names) == ["composite precision 4", "composite precision 13", "best"])
        let precise = try #require(plans.first { $0["plan"] as? String == "composite precision 13" })
        // Four layers of 14 levels.
        #expect(precise["levels"] as? Int == 56)
        let test = try #require(precise["test"] as? [String: Any])
        #expect(test["escaped"] as? Int == 0)
        #expect(try #require(test["agreeing"] as? Int) >= 1998, "of 2,000 images")

        let export = try folder.centroid(
            "export", "lenet", "--plan", "composite precision 13", "--format", "json", "--out",
            "plan.json")
        #expect(export.status == 0, "\(export.errors)")
        let file = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/plan.json"))
        let document = try #require(JSONSerialization.jsonObject(with: file) as? [String: Any])
        let layers = try #require(document["layers"] as? [[String: Any]])
        #expect(layers.allSatisfy { ($0["components"] as? [Any])?.count == 2 && $0["degree"] as? Int == 6076 })

        let check = try folder.centroid("check", "lenet", "--plan", "composite precision 13", "--explain")
        #expect(check.status == 65 && check.errors.contains("degree 6076"), "\(check.errors)")
    }

    @Test(arguments: [
        (["--fitters", "least-squares", "--precisions", "7"], "--fitters composite"),
        (["--fitters", "least-squares", "--margin", "2"], "--fitters composite"),
        (["--fitters", "composite", "--precisions", "14"], "4...13"),
        (["--fitters", "composite", "--precisions", "high"], "no list of precisions"),
        (["--fitters", "composite", "--margin", "0.5"], "--margin 0.5"),
        (["--fitters", "composite", "--margin", "1e300"], "8,192"),
        (["--fitters", "composite", "--degrees", "2"], "--precisions"),
        (["--fitters", "minimax", "--degrees", "6076"], "6076"),
    ]) func wishesThatCannotBeMetAreRefused(arguments: [String], words: String) throws {
        let run = try folder.run(["run", "lenet"] + arguments)
        #expect(run.status == 64)
        #expect(run.errors.contains(words), "\(run.errors)")
    }
}
