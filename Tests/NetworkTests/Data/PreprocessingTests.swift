import Foundation
import Network
import Testing

@Suite struct PreprocessingTests {
    private let path = "model.json"

    private func decode(_ text: String) throws(DataError) -> PreprocessingFile {
        try PreprocessingFile(decoding: Data(text.utf8), path: path)
    }

    @Test func fileIsReadAndUnknownFieldsAreIgnored() throws {
        let file = try decode(
            """
            {"dataset": "mnist", "author": {"x": [1]}, "input": {"scale": 0.5, "mean": [0.1], "std": [2], "more": 1},
             "test_correct": 9882, "test_total": 10000}
            """)
        #expect(
            file
                == PreprocessingFile(
                    dataset: "mnist", input: Preprocessing(scale: 0.5, mean: [0.1], std: [2]), testCorrect: 9_882,
                    testTotal: 10_000))
        let least = try decode(#"{"input": {"scale": 1, "mean": [0], "std": [1]}}"#)
        #expect(least.testCorrect == nil && least.dataset == nil)
    }

    @Test(arguments: [
        (#"{"dataset": "a"}"#, "input"),
        (#"{"dataset": "a", "input": {"mean": [0], "std": [1]}}"#, "input.scale"),
        (#"{"dataset": "a", "input": {"scale": 1, "std": [1]}}"#, "input.mean"),
        (#"{"dataset": "a", "input": {"scale": 1, "mean": [0], "std": null}}"#, "input.std"),
    ])
    func missingFieldIsNamed(_ text: String, _ field: String) {
        #expect(throws: DataError.missingField(path: path, field: field)) { try decode(text) }
    }

    @Test func wrongTypeIsNamed() {
        let error = #expect(throws: DataError.self) {
            try decode(#"{"dataset": "a", "input": {"scale": 1, "mean": [0, "x"], "std": [1]}}"#)
        }
        #expect(error?.description.contains("input.mean.[1]") == true)
    }

    @Test(arguments: ["", "{", "[1]", "\u{1}", "{\"dataset\": }"])
    func brokenSyntaxIsTold(_ text: String) {
        let error = #expect(throws: DataError.self) { try decode(text) }
        #expect(error?.description.contains("not JSON as expected") == true)
    }

    @Test func missingFileIsTold() {
        #expect(throws: DataError.notFound(path: "/nowhere/model.json")) {
            try PreprocessingFile(at: "/nowhere/model.json")
        }
    }

    @Test func channelsAreChecked() throws {
        let good = Preprocessing(scale: 1, mean: [0, 0, 0], std: [1, 1, 1])
        try good.validate(channels: 3)
        #expect(throws: DataError.preprocessingChannels(field: "mean", count: 3, channels: 1)) {
            try good.validate(channels: 1)
        }
        #expect(throws: DataError.preprocessingChannels(field: "std", count: 2, channels: 3)) {
            try Preprocessing(scale: 1, mean: [0, 0, 0], std: [1, 1]).validate(channels: 3)
        }
    }

    @Test func numbersAreChecked() {
        #expect(throws: DataError.invalidPreprocessing(field: "std", value: 0, expected: "finite and above 0")) {
            try Preprocessing(scale: 1, mean: [0], std: [0]).validate(channels: 1)
        }
        #expect(throws: DataError.invalidPreprocessing(field: "mean", value: .infinity, expected: "finite")) {
            try Preprocessing(scale: 1, mean: [.infinity], std: [1]).validate(channels: 1)
        }
        #expect(throws: DataError.invalidPreprocessing(field: "scale", value: 0, expected: "finite and not 0")) {
            try Preprocessing(scale: 0, mean: [0], std: [1]).validate(channels: 1)
        }
    }
}
