import Foundation
import Testing

/// `centroid export` on the built-in digits.
@Suite struct ExportCommandTests {
    private let folder: Folder

    init() throws {
        folder = try Folder.withLeNet()
    }

    /// Plans of degrees 2 and 4 by least squares.
    private func sweep(_ more: String...) throws {
        let run = try folder.run(
            [
                "run", "lenet", "--degrees", "2,4", "--fitters", "least-squares", "--images", "200",
                "--validation-images", "100",
            ] + more)
        #expect(run.status == 0, "\(run.errors)")
    }

    private func export(_ more: String..., to file: String = "out.onnx") throws -> CommandLineRun {
        try folder.run(["export", "lenet", "--plan", "least-squares degree 4", "--out", file] + more)
    }

    private func bytes(_ file: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.file(file))) }

    private func drafts(in directory: String = ".") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file(directory))
            .filter { $0.hasPrefix(".centroid-") }
    }

    @Test func networkFileIsTheSameEachTimeAndKnownAgain() throws {
        try sweep("--no-test")
        let run = try export("--json")
        #expect(run.status == 0, "\(run.errors)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(report["replaced_layers"] as? Int == 4)
        #expect(report["bytes"] as? Int == (try bytes("out.onnx").count))
        // The version of the format, 8, in the first field.
        #expect(try bytes("out.onnx").prefix(2) == Data([0x08, 0x08]))
        #expect(try export(to: "again.onnx").status == 0)
        #expect(try bytes("again.onnx") == bytes("out.onnx"))
        let key = try #require(report["key"] as? String)
        #expect(
            try folder.centroid("export", "lenet", "--plan", String(key.prefix(12)), "--out", "key.onnx").status == 0)
        #expect(try bytes("key.onnx") == bytes("out.onnx"))
        let added = try folder.centroid("model", "add", "out.onnx")
        #expect(added.status == 65)
        #expect(added.errors.contains("least-squares degree 4"), "\(added.errors)")
        #expect(try drafts().isEmpty)
        let script = "\"$CENTROID\" export lenet --plan 'least-squares degree 4' --out - --format onnx > piped.onnx"
        #expect(try folder.shell(script).status == 0)
        #expect(try bytes("piped.onnx") == bytes("out.onnx"))
    }

    @Test func aNameOfSeveralPlansIsTheNewestsAndSaidSo() throws {
        try sweep("--no-test")
        #expect(!(try export().errors.contains("note:")))
        let again = try folder.centroid(
            "run", "lenet", "--degrees", "4", "--fitters", "least-squares", "--images", "150", "--validation-images",
            "100", "--no-test")
        #expect(again.status == 0, "\(again.errors)")
        let run = try export("--json", to: "newest.onnx")
        #expect(run.errors.contains("2 plans of lenet are named least-squares degree 4"), "\(run.errors)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let key = try #require(report["key"] as? String)
        let named = try folder.centroid("export", "lenet", "--plan", String(key.prefix(12)), "--out", "key.onnx")
        #expect(!named.errors.contains("note:"), "\(named.errors)")
        #expect(try bytes("key.onnx") == bytes("newest.onnx"))
    }

    @Test(arguments: ["layer", "channel"])
    func documentHasWhatAnEncryptedProgramNeeds(granularity: String) throws {
        try sweep("--granularity", granularity)
        let run = try export("--format", "json", to: "plan.json")
        #expect(run.status == 0, "\(run.errors)")
        let document = try #require(JSONSerialization.jsonObject(with: bytes("plan.json")) as? [String: Any])
        let plan = try #require(document["plan"] as? [String: Any])
        #expect(plan["name"] as? String == "least-squares degree 4")
        #expect(plan["levels"] as? Int == 8)
        #expect(plan["refitted_weights"] as? Bool == false)
        let preprocessing = try #require(document["preprocessing"] as? [String: Any])
        #expect(preprocessing["mean"] as? [Double] == [0.16])
        let layers = try #require(document["layers"] as? [[String: Any]])
        #expect(layers.compactMap { $0["position"] as? Int } == [0, 1, 2, 3])
        for layer in layers {
            #expect(layer["degree"] as? Int == 4 && layer["granularity"] as? String == granularity)
            let shape = try #require(layer["shape"] as? [Int])
            let polynomials = try #require(layer["polynomials"] as? [[String: Any]])
            #expect(polynomials.count == (granularity == "layer" ? 1 : shape[0]))
            for polynomial in polynomials { try bothFormsAgree(polynomial) }
            try rangesHoldEachOther(#require(layer["ranges"] as? [String: Any]), channels: shape[0])
        }
        let evaluations = try #require(document["evaluations"] as? [[String: Any]])
        #expect(Set(evaluations.compactMap { $0["split"] as? String }) == ["validation", "test"])
        for evaluation in evaluations {
            let images = try #require(evaluation["images"] as? Int)
            #expect([100, 2000].contains(images))
            #expect(try (0...images).contains(#require(evaluation["correct"] as? Int)))
            #expect(try (0...images).contains(#require(evaluation["escaped"] as? Int)))
        }
    }

    /// Bulk within observed, and observed within certified wherever that has ends.
    private func rangesHoldEachOther(_ ranges: [String: Any], channels: Int) throws {
        #expect(ranges["images"] as? Int == 1000)
        let observed = try #require(ranges["observed"] as? [Double])
        let bulk = try #require(ranges["observed_bulk"] as? [Double])
        #expect(observed[0] <= bulk[0] && bulk[0] < bulk[1] && bulk[1] <= observed[1])
        #expect(try #require(ranges["margin"] as? Double) > 0)
        let certified = try #require(ranges["certified"] as? [Any])
        #expect(certified.count == 2)
        if let lower = certified[0] as? Double { #expect(lower <= observed[0]) }
        if let upper = certified[1] as? Double { #expect(upper >= observed[1]) }
        #expect((ranges["certified_channels"] as? [[Any]])?.count == channels)
    }

    @Test func rangesAreLeftOutOnRequest() throws {
        try sweep()
        #expect(try export("--images", "0", to: "plan.json").status == 0)
        let document = try #require(JSONSerialization.jsonObject(with: bytes("plan.json")) as? [String: Any])
        let layers = try #require(document["layers"] as? [[String: Any]])
        #expect(layers.allSatisfy { $0["ranges"] == nil || $0["ranges"] is NSNull })
        #expect(try export("--format", "json", "--images", "-1", to: "other.json").status == 64)
        let unknown = try export("--format", "json", "--data", "nothing", to: "other.json")
        #expect(unknown.status == 64 && unknown.errors.contains("--images 0"), "\(unknown.errors)")
        #expect(try export("--images", "5", to: "other.onnx").status == 64)
    }

    @Test func neitherTheStoreNorWhatIsNoFileIsReplaced() throws {
        try sweep()
        let before = try folder.centroid("store", "digest", "--json").output
        for place in ["centroid.db", "./centroid.db-wal", "centroid.db-journal"] {
            let run = try export("--force", "--format", "onnx", to: place)
            #expect(run.status == 73 && run.errors.contains("belongs to the store"), "\(run.errors)")
        }
        let link = folder.file("link.onnx")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "elsewhere.onnx")
        let run = try export("--force", to: "link.onnx")
        #expect(run.status == 73 && run.errors.contains("no ordinary file"), "\(run.errors)")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "elsewhere.onnx")
        #expect(try folder.centroid("store", "backup", "centroid.db-wal", "--force").status == 73)
        #expect(try folder.centroid("store", "digest", "--json").output == before)
    }

    /// The powers of x and the Chebyshev polynomials of t have the same values.
    private func bothFormsAgree(_ polynomial: [String: Any]) throws {
        let chebyshev = try #require(polynomial["chebyshev"] as? [Double])
        let powers = try #require(polynomial["powers"] as? [Double])
        let center = try #require(polynomial["center"] as? Double)
        let halfWidth = try #require(polynomial["half_width"] as? Double)
        #expect(polynomial["domain"] as? [Double] != nil)
        for t in [-1.0, -0.4, 0, 0.7, 1] {
            let series = chebyshev.enumerated().reduce(0) { $0 + $1.element * cos(Double($1.offset) * acos(t)) }
            let x = center + halfWidth * t
            let value = powers.reversed().reduce(0) { $0 * x + $1 }
            #expect(abs(value - series) < 1e-9 * (1 + abs(series)))
        }
    }

    // MARK: - What goes wrong

    @Test func existingFileIsKeptWithoutForce() throws {
        try sweep("--no-test")
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.file("out.onnx")))
        let run = try export()
        #expect(run.status == 73)
        #expect(run.message.contains("--force") && run.message.contains("out.onnx"), "\(run.errors)")
        #expect(try bytes("out.onnx") == Data("mine".utf8))
        #expect(try export("--force").status == 0)
        #expect(try bytes("out.onnx").count > 100_000)
        #expect(try drafts().isEmpty)
    }

    @Test func placesWhereNoFileCanBe() throws {
        try sweep("--no-test")
        let missing = try export(to: "nowhere/out.onnx")
        #expect(missing.status == 73 && missing.message.contains("no such folder"), "\(missing.errors)")
        try FileManager.default.createDirectory(atPath: folder.file("full"), withIntermediateDirectories: true)
        let directory = try export("--force", to: "full")
        #expect(directory.status == 73 && directory.message.contains("is a folder"), "\(directory.errors)")
        let long = try export(to: String(repeating: "n", count: 300) + ".onnx")
        #expect(long.status == 73 && long.message.contains("too long a name"), "\(long.errors)")
        let page = try export(to: "page.html")
        #expect(page.status == 64 && page.errors.contains("page.html: the ending"), "\(page.errors)")
    }

    @Test(.enabled(if: Namespaces.areAvailable, "needs unshare(1) with mount rights"))
    func readOnlyAndFullFolders() throws {
        try sweep("--no-test")
        let script = """
            mkdir -p still small && unshare -rm /bin/bash -c '
                mount --bind still still && mount -o remount,ro,bind still || exit 99
                mount -t tmpfs -o size=64k tmpfs small || exit 98
                "$CENTROID" export lenet --plan "least-squares degree 4" --out still/out.onnx; echo $?
                "$CENTROID" export lenet --plan "least-squares degree 4" --out small/out.onnx; echo $?
                ls -A small | wc -l'
            """
        let run = try folder.shell(script)
        #expect(run.output.split(separator: "\n") == ["77", "74", "0"], "\(run.output) \(run.errors)")
        #expect(run.errors.contains("permissions") && run.errors.contains("no room left"), "\(run.errors)")
    }

    @Test func unknownPlanListsThoseThereAre() throws {
        try sweep("--no-test")
        let run = try folder.centroid("export", "lenet", "--plan", "least-squares degree 5", "--out", "out.onnx")
        #expect(run.status == 64)
        #expect(
            run.message.contains("least-squares degree 2") && run.message.contains("least-squares degree 4"),
            "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("out.onnx")))
    }

    @Test func modelWithoutPlansSaysHowToMakeSome() throws {
        let run = try folder.centroid("export", "lenet", "--plan", "best", "--out", "out.onnx")
        #expect(run.status == 64)
        #expect(run.message.contains("centroid run lenet"), "\(run.errors)")
        #expect(try folder.centroid("export", "lenett", "--plan", "best", "--out", "out.onnx").status == 64)
        #expect(
            try folder.centroid("export", "lenet", "--plan", "best", "--format", "xml", "--out", "x").status == 64)
    }
}
