import Foundation
import Testing

@Suite struct ExplainCommandTests {
    private let folder: Folder

    init() throws {
        folder = try Folder.withLeNet()
        let run = try folder.centroid(
            "run", "lenet", "--degrees", "2,7", "--images", "500", "--validation-images", "200", "--no-test",
            "--fitters", "least-squares")
        #expect(run.status == 0, "\(run.errors)")
    }

    private func explain(_ plan: String) throws -> [String: Any] {
        let run = try folder.centroid("explain", "lenet", "--plan", plan, "--images", "200", "--json")
        #expect(run.status == 0, "\(run.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    @Test func everyLayerHasRangesCostsAndACause() throws {
        let report = try explain("least-squares degree 2")
        let layers = try #require(report["layers"] as? [[String: Any]])
        #expect(layers.compactMap { $0["layer"] as? Int } == [0, 1, 2, 3])
        for layer in layers {
            #expect(layer["degree"] as? Int == 2)
            let observed = try #require(layer["observed"] as? [Double])
            let certified = try #require(layer["certified"] as? [Double])
            #expect(certified[0] <= observed[0] && observed[1] <= certified[1])
            #expect(layer["cause"] is String)
        }
        #expect((report["verdict"] as? String)?.isEmpty == false)
        #expect(report["validation_images"] as? Int == 200)
    }

    @Test func aBetterPlanAgreesMore() throws {
        func agreeing(_ report: [String: Any]) throws -> Int {
            try #require((report["planned"] as? [String: Any])?["agreeing"] as? Int)
        }
        #expect(
            try agreeing(explain("least-squares degree 7")) > agreeing(explain("least-squares degree 2")))
    }

    @Test func theTableAndTheVerdictAreForPeople() throws {
        let run = try folder.centroid("explain", "lenet", "--plan", "least-squares degree 7", "--images", "100")
        #expect(run.status == 0)
        for text in ["main cause", "certified", "Verdict: "] { #expect(run.output.contains(text), "\(run.output)") }
        #expect(!run.output.contains("\u{1B}"))
    }

    @Test func anUnknownPlanIsNamedWithThoseThereAre() throws {
        let run = try folder.centroid("explain", "lenet", "--plan", "nothing")
        #expect(run.status == 64)
        #expect(run.message.contains("least-squares degree 7"))
    }

    @Test func aStoreThatMayOnlyBeReadIsExplained() throws {
        let before = try folder.centroid("store", "digest").output
        let run = try folder.centroid("explain", "lenet", "--plan", "least-squares degree 2", "--images", "32")
        #expect(run.status == 0)
        #expect(try folder.centroid("store", "digest").output == before)
    }

    @Test(arguments: ["--images", "--threads"]) func nothingIsNoNumberOfImagesOrThreads(option: String) throws {
        let run = try folder.centroid("explain", "lenet", "--plan", "least-squares degree 2", option, "0")
        #expect(run.status == 64)
    }
}
