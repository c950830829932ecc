import Foundation
import Testing

/// `centroid train` on the built-in digits.
@Suite struct TrainCommandTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
        #expect(try folder.centroid("init").status == 0)
        #expect(try folder.centroid("data", "add", "digits", "--built-in").status == 0)
    }

    private func json(_ run: CommandLineRun) throws -> [String: Any] {
        #expect(run.status == 0, "\(run.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    @Test func aTrainedNetworkIsAModelAndAFile() throws {
        let command = ["train", "lenet5", "--data", "digits", "--epochs", "1.5", "--json"]
        let first = try folder.run(command + ["--out", "net.onnx"])
        let document = try json(first)
        #expect(document["model"] as? String == "lenet5-digits")
        #expect(document["layers"] as? Int == 4 && document["parameters"] as? Int == 61_706)
        let curve = try #require(document["curve"] as? [[String: Any]])
        #expect(curve.count == 2 && curve[1]["epoch"] as? Double == 1.5)
        let losses = curve.compactMap { $0["loss"] as? Double }
        #expect(losses[1] < losses[0])
        // Also what no state was saved with is told, as the training goes.
        #expect(first.errors.contains("epoch 1: loss") && first.errors.contains("epoch 1.5: loss"), "\(first.errors)")
        #expect(document["optimiser"] as? String == "adamw" && document["augmentation"] as? String == "none")
        let test = try #require(document["test"] as? [String: Any])
        #expect(test["images"] as? Int == 2000)
        #expect(try #require(test["correct"] as? Int) > 1600)

        // The same command shows it again, without work.
        let again = try folder.run(command)
        #expect(again.errors.contains("read from the store"), "\(again.errors)")
        #expect(!again.errors.contains("epoch 1"), "\(again.errors)")
        #expect(try json(again)["curve"] as? NSArray == curve as NSArray)
        let table = try folder.run(Array(command.dropLast()))
        #expect(table.output.contains("Test accuracy") && table.output.contains("/ 2,000"), "\(table.output)")

        // A file that grows too large, as on a full disk: the network does, and its preprocessing is not left alone.
        let halves = try folder.shell(
            "trap '' XFSZ; ulimit -f 64; $CENTROID \(command.joined(separator: " ")) --out half.onnx")
        #expect(halves.status == 74 && halves.errors.contains("half.onnx"), "\(halves.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("half.onnx")))
        #expect(!FileManager.default.fileExists(atPath: folder.file("half.json")))

        // Another store takes the files, and the network is what was counted.
        let other = ["--store", "other.db"]
        for arguments in [
            ["init"], ["data", "add", "digits", "--built-in"],
            ["model", "add", "net.onnx", "--preprocess", "net.json", "--name", "net"],
        ] {
            let run = try folder.run(arguments + other)
            #expect(run.status == 0, "\(run.errors)")
        }
        let sweep = try folder.run(
            [
                "run", "net", "--degrees", "3", "--fitters", "least-squares", "--images", "200",
                "--validation-images", "100", "--json",
            ] + other)
        let original = try #require(json(sweep)["original"] as? [[String: Any]])
        let counted = try #require(original.first { $0["split"] as? String == "test" })
        #expect(counted["images"] as? Int == 2000 && counted["correct"] as? Int == test["correct"] as? Int)
        #expect(try folder.centroid("store", "check").status == 0)
    }

    @Test func helpNamesWhatIsUsual() throws {
        // As wide as the terminal: words may stand on two lines.
        let help = try folder.centroid("train", "--help").output.split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        for words in [
            "30 (lenet5: 8) if", "128 (lenet5: 64) if", "sgd (lenet5: adamw) if",
            "0.1 (lenet5: 0.02) with sgd, 0.004 with adamw", "0.0005 with sgd, 0.01 with adamw", "At least 4 steps",
            "168h at most", "none, crop, flip, crop-flip", "multiple of 16",
        ] {
            #expect(help.contains(words), "\(words)")
        }
    }

    @Test(arguments: [
        (["train", "lenet7", "--data", "digits"], 64, "lenet5, resnet20"),
        (["train", "lenet5", "--data", "letters"], 64, "digits"),
        (["train", "vgg11", "--data", "digits"], 65, "32x32"),
        (["train", "lenet5", "--data", "digits", "--epochs", "0"], 64, "--epochs"),
        (["train", "lenet5", "--data", "digits", "--epochs", "1", "--budget", "1m"], 64, "twice"),
        (["train", "lenet5", "--data", "digits", "--budget", "200h"], 64, "168 h"),
        (["train", "lenet5", "--data", "digits", "--batch-size", "-3"], 64, "--batch-size"),
        (["train", "resnet20", "--data", "digits", "--batch-size", "100"], 64, "multiple of 16"),
        (["train", "lenet5", "--data", "digits", "--batch-size", "99999"], 65, "99999"),
        (["train", "lenet5", "--data", "digits", "--learning-rate", "0"], 64, "--learning-rate"),
        (["train", "lenet5", "--data", "digits", "--weight-decay", "-1"], 64, "--weight-decay"),
        (["train", "lenet5", "--data", "digits", "--optimiser", "best"], 64, "sgd, adamw, muon"),
        (["train", "lenet5", "--data", "digits", "--images", "0"], 64, "--images"),
        (["train", "lenet5", "--data", "digits", "--name", "a b"], 64, "a b"),
        (["train", "lenet5", "--data", "digits", "--out", "nowhere/net.onnx"], 73, "no such folder"),
        (["train", "lenet5", "--data", "digits", "--out", "net.json"], 64, "ONNX file"),
        (["train", "lenet5", "--data", "digits", "--force"], 64, "--out"),
        (["train", "lenet5", "--data", "digits", "--out", "centroid.db", "--force"], 73, "belongs to the store"),
    ])
    func wishThatCannotBe(_ arguments: [String], status: Int, words: String) throws {
        let run = try folder.run(arguments)
        #expect(run.status == Int32(status), "\(run.errors)")
        #expect(run.errors.contains(words), "\(run.errors)")
        #expect(try folder.centroid("status").output.contains("No jobs."))
    }

    @Test func namesAndFilesThatAreThereStayAsTheyAre() throws {
        try "mine".write(toFile: folder.file("net.json"), atomically: true, encoding: .utf8)
        let file = try folder.centroid("train", "lenet5", "--data", "digits", "--out", "net.onnx")
        #expect(file.status == 73 && file.errors.contains("net.json"), "\(file.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("net.onnx")))
        #expect(try String(contentsOfFile: folder.file("net.json"), encoding: .utf8) == "mine")
        #expect(
            try folder.centroid("model", "add", Folder.model, "--preprocess", Folder.preprocessing, "--name", "net")
                .status == 0)
        let name = try folder.centroid("train", "lenet5", "--data", "digits", "--name", "net")
        #expect(name.status == 64 && name.errors.contains("another model"), "\(name.errors)")
        #expect(try folder.centroid("status").output.contains("No jobs."))
    }

    @Test func whatLayersReadTowardsTheEndIsCaptured() throws {
        let training = ["train", "lenet5", "--data", "digits", "--epochs", "2", "--images", "2560"]
        let command = training + ["--capture-last", "2"]
        let document = try json(folder.run(command + ["--json"]))
        let drift = try #require(document["drift"] as? [[String: Any]])
        #expect(drift.map { $0["epoch"] as? Double } == [1, 1, 1, 1])
        #expect(drift.allSatisfy { ($0["wasserstein"] as? Double ?? 0) > 0 })
        let table = try folder.run(command)
        #expect(table.output.contains("Wasserstein") && table.output.contains("relu1"), "\(table.output)")
        let run = try folder.centroid("run", "lenet5-digits", "--degrees", "2", "--images", "1000", "--no-test")
        #expect(run.status == 0, "\(run.errors)")
        let refused = try folder.centroid("train", "lenet5", "--data", "digits", "--capture-last", "0")
        #expect(refused.status == 64 && refused.errors.contains("--capture-last"), "\(refused.errors)")
    }
}
