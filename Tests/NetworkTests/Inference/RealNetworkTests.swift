import Foundation
import Network
import Testing

/// Published networks on the images that their test counts were recorded on.
enum RealNetworks {
    static let dataDirectory = directory(variable: "CENTROID_DATA", name: "data")
    static let modelDirectory = directory(variable: "CENTROID_MODELS", name: "models")

    static let names = ["lenet5-mnist", "resnet20-cifar10", "resnet20-cifar10-b", "resnet32-cifar10"]

    static var areAvailable: Bool {
        let files = names.flatMap { [modelDirectory + "/\($0).onnx", modelDirectory + "/\($0).json"] }
        return (files + [dataDirectory + "/mnist", dataDirectory + "/cifar10"]).allSatisfy {
            FileManager.default.fileExists(atPath: $0)
        }
    }

    static let advice: Comment =
        "needs the MNIST and CIFAR-10 images and four ONNX files: set CENTROID_DATA and CENTROID_MODELS"

    /// What stands beside each model.
    struct Description: Decodable {
        var dataset: String
        var input: Preprocessing
        var correct: Int
        var total: Int

        enum CodingKeys: String, CodingKey {
            case dataset, input
            case correct = "test_correct"
            case total = "test_total"
        }
    }

    static func open(_ name: String) throws -> (runner: NetworkRunner, images: ImageSet, Description) {
        let files = URL(filePath: modelDirectory)
        let description = try JSONDecoder().decode(
            Description.self, from: Data(contentsOf: files.appending(path: name + ".json")))
        let graph = try ONNXImporter.graph(from: Data(contentsOf: files.appending(path: name + ".onnx")))
        let images = try Dataset.open(at: dataDirectory + "/" + description.dataset).images(of: .test)
        return (try NetworkRunner(graph: graph, preprocessing: description.input), images, description)
    }

    private static func directory(variable: String, name: String) -> String {
        if let path = ProcessInfo.processInfo.environment[variable], !path.isEmpty { return path }
        // Beside the package, which is four levels above this file.
        let package = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return package.deletingLastPathComponent().appending(path: "shared/" + name).path
    }
}

@Suite(.enabled(if: RealNetworks.areAvailable, RealNetworks.advice))
struct RealNetworkTests {
    /// Exactly the recorded counts; a tie between two logits might fall either way, so 2 images are forgiven.
    @Test(arguments: RealNetworks.names)
    func testCountsAreThoseRecorded(name: String) throws {
        let (runner, images, description) = try RealNetworks.open(name)
        #expect(images.count == description.total)
        let predictions = try ParallelInference(runner, threads: 2).predict(images, 0..<images.count)
        let correct = zip(predictions.classes, images.labels).count { Int32($0) == $1 }
        #expect(abs(correct - description.correct) <= 2, "\(correct) correct")
    }

    /// `make_logits.py` ran the first 100 test images through ONNX Runtime. Logits reach 20 or so; 1e-3 is what a
    /// different order of summation can explain.
    @Test(arguments: RealNetworks.names)
    func logitsAreThoseOfONNXRuntime(name: String) throws {
        let (runner, images, _) = try RealNetworks.open(name)
        let file = try #require(
            Bundle.module.url(forResource: "Fixtures/Inference/\(name)-logits", withExtension: "bin"))
        let data = try Data(contentsOf: file)
        let expected = stride(from: 0, to: data.count, by: 4).map { offset in
            Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[offset + $1]) << (8 * $1) })
        }
        let logits = try runner.logits(images, 0..<100) { _ in }
        #expect(expected.count == logits.count)
        #expect(largestDifference(logits, expected.map(Double.init)) < 1e-3)
    }
}
