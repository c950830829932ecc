import Foundation
import Store
import Testing

/// `centroid reproduce` on a few of the built-in digits, with the network that the project ships in LeNet-5's place.
@Suite struct ReproduceCommandTests {
    private let folder: Folder

    init() throws {
        folder = try Self.withFewDigits()
    }

    /// 480 images to fit, 120 to validate and 100 to test, in 28 x 28, as `digits`; and the network as `lenet5-mnist`.
    private static func withFewDigits() throws -> Folder {
        let folder = try Folder()
        #expect(try folder.centroid("init").status == 0)
        #expect(try folder.centroid("data", "export", "--to", folder.file("digits")).status == 0)
        for (part, count) in [("train", 600), ("t10k", 100)] {
            try shorten(folder.file("digits/\(part)-images-idx3-ubyte"), to: count, header: 16, record: 28 * 28)
            try shorten(folder.file("digits/\(part)-labels-idx1-ubyte"), to: count, header: 8, record: 1)
        }
        #expect(try folder.centroid("data", "add", "digits", "--path", folder.file("digits")).status == 0)
        #expect(
            try folder.centroid(
                "model", "add", Folder.model, "--preprocess", Folder.preprocessing, "--name", "lenet5-mnist"
            ).status == 0)
        return folder
    }

    /// Keeps the first records of an idx file.
    private static func shorten(_ path: String, to count: Int, header: Int, record: Int) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: path)).prefix(header + count * record)
        withUnsafeBytes(of: UInt32(count).bigEndian) { data.replaceSubrange(4..<8, with: $0) }
        try data.write(to: URL(fileURLWithPath: path))
    }

    private static let lenet = ["reproduce", "--paper", "--quick", "--networks", "lenet5"]

    private func document(_ arguments: [String], in folder: Folder) throws -> [String: Any] {
        let run = try folder.run(arguments + ["--json"])
        #expect(run.status == 0, "\(run.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    private func rows(_ document: [String: Any]) throws -> [[String: Any]] {
        let networks = try #require(document["networks"] as? [[String: Any]])
        return try #require(networks.first?["rows"] as? [[String: Any]])
    }

    private func row(_ method: String, of document: [String: Any]) throws -> [String: Any] {
        try #require(rows(document).first { ($0["method"] as? String)?.hasPrefix(method) == true }, "\(method)")
    }

    @Test func everyMethodStandsBesideThePaper() throws {
        let document = try document(Self.lenet, in: folder)
        let network = try #require((document["networks"] as? [[String: Any]])?.first)
        #expect(network["symbol"] as? String == "ML5" && network["data"] as? String == "digits")
        #expect(network["paper_original_accuracy"] as? Double == 94)
        let reductions = try #require(network["reductions"] as? [String])
        #expect(reductions.contains("5 instead of 10 epochs of distillation"), "\(reductions)")
        #expect((network["original"] as? [String: Any])?["images"] as? Int == 100)
        for row in try rows(document) {
            let test = try #require(row["test"] as? [String: Any], "\(row)")
            #expect(test["split"] as? String == "test" && test["images"] as? Int == 100)
            #expect((test["interval"] as? [Double])?.count == 2 && test["escaped"] is Int)
            #expect(try #require(row["preparation_seconds"] as? Double) > 0)
            #expect(try #require(row["clear_seconds_per_image"] as? Double) > 0)
            #expect(row["kept_layers"] as? Int == 0)
            // Four layers with two degrees each, and the best plan made again; a distilled network has a start.
            let isDistilled = (row["method"] as? String)?.hasPrefix("distilled") == true
            let tried = row["column"] as? String == "NAS" ? 5...17 : isDistilled ? 2...2 : 1...1
            #expect(tried.contains(try #require(row["networks_tried"] as? Int)), "\(row)")
            #expect((row["paper"] as? [String: Any])?["inference_seconds"] is Double)
        }
        let composite = try row("composite", of: document)
        #expect(composite["column"] as? String == "IR" && composite["levels"] as? Int == 61)
        #expect(composite["predicted"] == nil)
        #expect((composite["refusal"] as? String)?.contains("degree 6076") == true)
        let guided = try row("guided", of: document)
        #expect(guided["column"] as? String == "Ours" && guided["is_own"] as? Bool == true)
        #expect(guided["levels"] as? Int == 9)
        let predicted = try #require(guided["predicted"] as? [String: Any])
        #expect(try #require(predicted["seconds_per_image"] as? Double) > 0)
        #expect(guided["measured"] == nil)
        // The distilled network was prepared by the guided method as well.
        let distilled = try row("distilled", of: document)
        #expect(
            try #require(distilled["preparation_seconds"] as? Double) > #require(
                guided["preparation_seconds"] as? Double))
        let claims = try #require(document["claims"] as? [[String: Any]])
        #expect(
            claims.contains {
                ($0["claim"] as? String)?.hasPrefix("a smaller drop") == true
                    && ["yes", "NO"].contains($0["verdict"] as? String)
            })
        // Each of RT's two ways is a claim of its own, and a search of a few plans cannot be beaten by a hundredth.
        #expect(claims.count { ($0["claim"] as? String)?.hasPrefix("more accurate than") == true } == 4)
        #expect(claims.count { $0["verdict"] as? String == "under a hundred tried" } == 2)

        // Test images are seen once by the plan of each method, and by no other plan.
        let store = try Store.open(at: folder.file("centroid.db"))
        func tests(_ kind: JobKind) throws -> Int {
            try store.jobs(JobFilter(kinds: [kind]), limit: 1000, after: nil).count { $0.payload.contains("\"test\"") }
        }
        #expect(try tests("evaluate-plan") == rows(document).count)
        #expect(try tests("evaluate-original") == 1)
        #expect(try folder.centroid("store", "check").status == 0)

        let again = try folder.run(Self.lenet)
        #expect(again.status == 0 && again.errors.isEmpty, "\(again.errors)")
        #expect(try store.jobCounts().total == store.jobCounts()[.done])
        for words in ["better by", "IR", "Ours (the paper's)", "Ours (Centroid's)", "refused", "was trained on digits"]
        {
            #expect(again.output.contains(words), "\(words): \(again.output)")
        }

        // Beyond what chance does to 100 images.
        try folder.sqlite(
            """
            UPDATE evaluations SET correct = 5, agreeing = 5 \
            WHERE plan IN (SELECT id FROM plans WHERE method = 'guided') AND split = 'test'
            """)
        let worse = try #require(self.document(Self.lenet + ["--show"], in: folder)["claims"] as? [[String: Any]])
        let beside = worse.filter {
            ($0["method"] as? String)?.hasPrefix("guided") == true
                && ($0["claim"] as? String)?.hasPrefix("more accurate than") == true
        }
        #expect(beside.count == 2 && beside.allSatisfy { $0["verdict"] as? String == "NO" }, "\(beside)")
    }

    @Test func plansOfOtherCommandsAreTakenAndTheRestIsNotRun() throws {
        let run = try folder.centroid("run", "lenet5-mnist", "--fitters", "guided", "--degrees", "2")
        #expect(run.status == 0, "\(run.errors)")
        let before = try folder.centroid("store", "digest").output
        let shown = try document(Self.lenet + ["--show"], in: folder)
        for row in try rows(shown) {
            let isMade = (row["method"] as? String)?.hasPrefix("guided") == true
            #expect((row["test"] != nil) == isMade && (row["plan"] != nil) == isMade, "\(row)")
        }
        let table = try folder.run(Self.lenet + ["--show"])
        #expect(table.status == 0 && table.output.contains("not run"))
        #expect(try folder.centroid("store", "digest").output == before)
        let claims = try #require(shown["claims"] as? [[String: Any]])
        let distilled = claims.filter { ($0["method"] as? String)?.hasPrefix("distilled") == true }
        #expect(
            !distilled.isEmpty
                && distilled.allSatisfy { $0["verdict"] as? String == "not run" && $0["ours"] as? String == "not run" })
        // Networks that the store does not have are shown as well.
        let all = try folder.centroid("reproduce", "--paper", "--show")
        #expect(all.status == 0 && all.output.contains("resnet32 (CR32)"), "\(all.errors)")
    }

    @Test func measuredSecondsAreThoseOfAnEncryptedCheck() throws {
        let run = try folder.centroid("run", "lenet5-mnist", "--fitters", "guided", "--degrees", "2")
        #expect(run.status == 0, "\(run.errors)")
        let check = try folder.centroid(
            "check", "lenet5-mnist", "--plan", "guided degree 2", "--mode", "clear", "--images", "2")
        #expect(check.status == 0, "\(check.errors)")
        #expect(try row("guided", of: document(Self.lenet + ["--show"], in: folder))["measured"] == nil)
        // As if it had run under OpenFHE, which is not installed everywhere.
        let script = """
            import sqlite3
            store = sqlite3.connect('centroid.db')
            store.execute("UPDATE checks SET mode = 'encrypted'")
            store.commit()
            """
        try script.write(toFile: folder.file("change.py"), atomically: true, encoding: .utf8)
        #expect(try folder.shell("python3 change.py").status == 0)
        let guided = try row("guided", of: document(Self.lenet + ["--show"], in: folder))
        let measured = try #require(guided["measured"] as? [String: Any])
        #expect(measured["images"] as? Int == 2)
        #expect(try #require(measured["seconds_per_image"] as? Double) > 0)
    }

    /// Signals are heard in any method, not in the first alone.
    @Test(arguments: [SIGKILL, SIGTERM]) func oneThatWasKilledGoesOnAndEndsAsAnUndisturbedOne(signal: Int32) throws {
        let store = try Store.open(at: folder.file("centroid.db"))
        let process = try folder.start(Self.lenet)
        try folder.wait(for: "a network of the search") {
            try store.jobCounts(JobFilter(kinds: ["reconstruct"]))[.done] > 0
        }
        #expect(kill(process.processIdentifier, signal) == 0)
        process.waitUntilExit()
        #expect(process.terminationStatus == (signal == SIGKILL ? SIGKILL : 128 + signal))
        #expect(try store.jobs(JobFilter(kinds: ["distil"]), limit: 1).allSatisfy { $0.state != .done })
        let calm = try Self.withFewDigits()
        let tables = try [folder, calm].map { try rows(document(Self.lenet, in: $0)).map { $0["key"] as? String } }
        #expect(tables[0] == tables[1] && !tables[0].contains(nil))
        #expect(try folder.centroid("store", "digest").output == calm.centroid("store", "digest").output)
    }

    @Test func networksThatAreMissingAreTrained() throws {
        let folder = try Folder()
        #expect(try folder.centroid("init").status == 0)
        // The few digits under the name of the paper's data set.
        try FileManager.default.moveItem(atPath: self.folder.file("digits"), toPath: folder.file("mnist"))
        let document = try document(Self.lenet + ["--data", folder.path], in: folder)
        #expect((document["networks"] as? [[String: Any]])?.first?["model"] as? String == "lenet5-mnist")
        #expect(try rows(document).allSatisfy { $0["test"] != nil })
        let models = try folder.centroid("model", "list").output
        #expect(models.contains("lenet5-mnist"), "\(models)")
    }

    /// A training that ends in spite of the signal is not the end of the command.
    @Test func signalDuringTheFirstTrainingBeginsNothingElse() throws {
        let folder = try Folder()
        #expect(try folder.centroid("init").status == 0)
        // All of the digits, so that there is time for a signal.
        #expect(try folder.centroid("data", "export", "--to", folder.file("mnist")).status == 0)
        let store = try Store.open(at: folder.file("centroid.db"))
        let process = try folder.start(Self.lenet + ["--data", folder.path])
        try folder.wait(for: "the training") {
            try store.jobCounts(JobFilter(kinds: ["train"]))[.leased] > 0
        }
        #expect(kill(process.processIdentifier, SIGTERM) == 0)
        process.waitUntilExit()
        #expect(process.terminationStatus == 128 + SIGTERM)
        #expect(try store.jobs(JobFilter(kinds: ["train"]), limit: 9).map(\.state) == [.done])
        #expect(try store.jobCounts().total == 1)
    }

    @Test(arguments: [
        (["reproduce"], 64, "--paper"),
        (["reproduce", "--quick"], 64, "--paper"),
        (["reproduce", "--paper", "--networks", "lenet6"], 64, "lenet5, resnet20, resnet32"),
        (["reproduce", "--paper", "--show", "--models", "."], 64, "--show"),
        (["reproduce", "--paper", "--show", "--workers", "1"], 64, "--workers"),
        (["reproduce", "--paper", "--show", "--drain-deadline", "1m"], 64, "--drain-deadline"),
        (["reproduce", "--paper", "--workers", "0"], 64, "--workers"),
        (["reproduce", "--paper", "--networks", "resnet20"], 66, "centroid data fetch cifar10"),
        (["reproduce", "--paper", "--networks", "resnet20", "--data", "."], 66, "cifar10 does not exist"),
        (["reproduce", "--paper", "--data", "nowhere"], 66, "--data nowhere: there is no such folder"),
        (["reproduce", "--paper", "--models", "nowhere"], 66, "--models nowhere: there is no such folder"),
        (["reproduce", "--paper", "--store", "nowhere.db"], 66, "nowhere.db"),
    ])
    func wishThatCannotBe(_ arguments: [String], status: Int, words: String) throws {
        let run = try folder.run(arguments)
        #expect(run.status == Int32(status), "\(run.errors)")
        #expect(run.errors.contains(words), "\(run.errors)")
        #expect(try folder.centroid("status").output.contains("No jobs."))
    }

    @Test func modelsThatAreNotThoseOfThePaper() throws {
        #expect(try folder.centroid("data", "add", "mnist", "--path", folder.file("digits")).status == 0)
        #expect(try folder.centroid("model", "remove", "lenet5-mnist").status == 0)
        let missing = try folder.run(Self.lenet + ["--models", folder.path])
        #expect(missing.status == 66 && missing.errors.contains("no lenet5-mnist.onnx"), "\(missing.errors)")
        #expect(
            try folder.centroid(
                "model", "add", Folder.model, "--preprocess", Folder.preprocessing, "--name", "resnet20-cifar10"
            ).status == 0)
        let other = try folder.centroid("reproduce", "--paper", "--networks", "resnet20")
        #expect(other.status == 65 && other.errors.contains("4 activation layers"), "\(other.errors)")
        #expect(try folder.centroid("status").output.contains("No jobs."))
    }
}
