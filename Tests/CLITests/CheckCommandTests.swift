import Foundation
import Testing

/// `centroid check` on the built-in digits.
@Suite struct CheckCommandTests {
    private let folder: Folder

    private static let plugin = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(".deps/openfhe/libcentroid-openfhe.so").path

    init() throws {
        folder = try Folder.withLeNet()
        let run = try folder.centroid(
            "run", "lenet", "--degrees", "2,3", "--images", "300", "--validation-images", "100", "--no-test",
            "--fitters", "least-squares")
        #expect(run.status == 0, "\(run.errors)")
    }

    private func check(_ more: String...) throws -> CommandLineRun {
        try folder.run(["check", "lenet", "--plan", "least-squares degree 2"] + more)
    }

    private func report(_ run: CommandLineRun) throws -> [String: Any] {
        #expect(run.status == 0, "\(run.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    private func stages(_ report: [String: Any]) throws -> [String: [String: Any]] {
        let stages = try #require(report["stages"] as? [[String: Any]])
        return Dictionary(
            uniqueKeysWithValues: stages.compactMap { stage in (stage["stage"] as? String).map { ($0, stage) } })
    }

    @Test func explainShowsTheCircuitAndRunsNothing() throws {
        let circuit = try report(check("--explain", "--json"))
        #expect(circuit["levels"] as? Int == 9)
        #expect(circuit["log_ring"] as? Int == 14)
        #expect(circuit["images_per_ciphertext"] as? Int == 8)
        let bits = try #require(circuit["modulus_bits"] as? Int)
        #expect(try bits <= #require(circuit["largest_modulus_bits"] as? Int))
        #expect(try #require(circuit["matrices"] as? [Any]).count == 5)
        #expect(try check("--explain").output.contains("Security 128 bits"))
    }

    @Test func simulationSaysWhatEachStageDid() throws {
        let found = try report(check("--mode", "simulated", "--images", "20", "--json"))
        let stages = try stages(found)
        #expect(Set(stages.keys) == ["original", "polynomial", "circuit", "simulated"])
        #expect(found["images"] as? Int == 20)
        #expect(stages["circuit"]?["agreeing_with_polynomial"] as? Int == 20)
        #expect(try #require(stages["circuit"]?["largest_error"] as? Double) < 1e-3)
        let noise = try #require(stages["simulated"]?["largest_noise"] as? Double)
        #expect(noise > 0 && noise < 1e-2)
        #expect(try #require(found["layers"] as? [Any]).count == 4)
        #expect(try check("--mode", "clear", "--images", "4").output.contains("Verdict: "))
        // The same seed, the same noise.
        let again = try self.stages(
            report(check("--mode", "simulated", "--images", "20", "--json", "--memory-limit", "2GB")))
        #expect(again["simulated"]?["largest_noise"] as? Double == noise)
    }

    @Test(
        .serialized, .enabled(if: FileManager.default.fileExists(atPath: plugin), "make openfhe installs OpenFHE"),
        arguments: [[], ["--separate"]])
    func encryptedLogitsAreTheClearOnes(options: [String]) throws {
        // A folder that a killed check has left, and one of a check that runs.
        let run = try folder.shell(
            """
            mkdir -p tmp/centroid-check-left tmp/centroid-check-held && touch tmp/centroid-check-left/in-use
            exec 9> tmp/centroid-check-held/in-use && flock 9
            TMPDIR="$PWD/tmp" "$CENTROID" check lenet --plan "least-squares degree 2" --mode encrypted --images 8 \
                --memory-limit 2500MB --json \(options.joined(separator: " "))
            """)
        let encrypted = try #require(stages(report(run))["encrypted"])
        #expect(encrypted["agreeing_with_polynomial"] as? Int == 8)
        #expect(try #require(encrypted["largest_error"] as? Double) < 1e-2)
        #expect(try #require(encrypted["largest_noise"] as? Double) > 0)
        let folders = try FileManager.default.contentsOfDirectory(atPath: folder.file("tmp"))
        let held = "centroid-check-held", left = "centroid-check-left"
        #expect(Set(folders) == (options.isEmpty ? [held, left] : [held]))
    }

    @Test func whatWasFoundIsKeptAndShownAgain() throws {
        #expect(try folder.centroid("checks", "lenet").output.contains("--plan"))
        let first = try check("--mode", "clear", "--images", "4", "--json")
        let again = try check("--mode", "clear", "--images", "4", "--json")
        #expect(again.output == first.output)
        #expect(again.message.contains("read from the store"), "\(again.errors)")
        let list = try folder.centroid("checks", "lenet", "--json")
        let rows = try #require(JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]])
        #expect(rows.count == 1)
        #expect(rows.first?["mode"] as? String == "clear")
        #expect(rows.first?["images"] as? Int == 4)
        let report = try folder.centroid("report", "lenet", "--json")
        let document = try #require(JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any])
        #expect(document["checks"] as? NSArray == rows as NSArray)
        for format in ["markdown", "html"] {
            let page = try folder.centroid("report", "lenet", "--format", format).output
            #expect(page.contains("Checks") && page.contains("logits error max"), "\(format)")
        }
        #expect(try folder.centroid("store", "check").status == 0)
        #expect(try folder.centroid("checks", "lenot").status == 64)
        // A check works on its own job and leaves others to others.
        #expect(try folder.centroid("sweep", "lenet", "--degrees", "5", "--images", "300").status == 0)
        #expect(try check("--mode", "clear", "--images", "3").status == 0)
        let jobs = try folder.centroid("jobs", "--kind", "fit", "--json")
        let fits = try #require(JSONSerialization.jsonObject(with: Data(jobs.output.utf8)) as? [[String: Any]])
        let states = fits.filter { $0["degree"] as? Int == 5 }.compactMap { $0["state"] as? String }
        #expect(!states.isEmpty && !states.contains("done"), "\(states)")
    }

    @Test func withoutOpenFHEItSaysHowToGetIt() throws {
        let run = try folder.shell(
            "CENTROID_OPENFHE=/nowhere/plugin.so $CENTROID check lenet --plan 'least-squares degree 2' "
                + "--mode encrypted --images 1")
        #expect(run.status == 69)
        #expect(run.message.contains("make openfhe"), "\(run.errors)")
    }

    @Test func whatDoesNotFitOrCannotBeEncryptedIsRefused() throws {
        let memory = try check("--mode", "encrypted", "--memory-limit", "100MB")
        #expect(memory.status == 65)
        #expect(memory.message.contains("--memory-limit"), "\(memory.errors)")
        #expect(try check("--mode", "encrypted", "--explain", "--memory-limit", "100MB").status == 65)
        // Other modes make no keys.
        #expect(try check("--explain", "--memory-limit", "100MB").status == 0)
        #expect(try check("--mode", "clear", "--images", "1", "--memory-limit", "100MB").status == 0)
        let degree = try folder.centroid("check", "lenet", "--plan", "least-squares degree 3", "--explain")
        #expect(degree.status == 65)
        #expect(degree.message.contains("degree 3"), "\(degree.errors)")
        #expect(try check("--images", "0").status == 64)
        #expect(try check("--mode", "plain").status == 64)
        #expect(try check("--mode", "clear", "--separate").status == 64)
        let server = try folder.centroid(
            "evaluate", "lenet", "--plan", "least-squares degree 2", "--images", "1", "--folder", folder.path,
            "--batches", "-1", "--threads", "1", "--memory-limit", "3GB")
        #expect(server.status == 64, "\(server.errors)")
    }
}
