import Approx
import Foundation
import Network

/// The network that the project ships, with fits to its digits.
enum DigitsNetwork {
    static let preprocessing = Preprocessing(scale: 1.0 / 255, mean: [0.16], std: [0.27])

    private static let models = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Models").standardizedFileURL

    static func imported() throws -> (graph: NetworkGraph, interface: ONNXInterface) {
        try ONNXImporter.network(from: Data(contentsOf: models.appending(path: "lenet5-digits.onnx")))
    }

    /// As it lies beside the network.
    static func storedPreprocessing() throws -> Preprocessing {
        try PreprocessingFile(at: models.appending(path: "lenet5-digits.json").path).input
    }

    /// Images to train on, and those to validate on.
    static func trainingImages() throws -> (calibration: ImageSet, validation: ImageSet) {
        let dataset = try Dataset.open(at: Dataset.builtInPath)
        return (try dataset.images(of: .calibration).prefix(640), try dataset.images(of: .validation))
    }

    /// Least squares of one degree everywhere, on 200 calibration images.
    static func plan(_ graph: NetworkGraph, degree: Int, _ granularity: Granularity) throws -> [Approximation?] {
        let runner = try NetworkRunner(graph: graph, preprocessing: preprocessing)
        let images = try Dataset.open(at: Dataset.builtInPath).images(.training, 0..<200)
        let statistics = try runner.capture(images, 0..<200) { _ in }
        return try zip(statistics, graph.sites).map { layer, site in
            try FitterKind.leastSquares.fit(
                layer, of: site.function, degrees: [Degree(degree)], settings: FitSettings(granularity: granularity)
            ).first?.approximation
        }
    }

    /// The network's input for each of the first test images.
    static func inputs(_ count: Int) throws -> (images: ImageSet, inputs: [[Float]]) {
        let images = try Dataset.open(at: Dataset.builtInPath).images(.test, 0..<count)
        let inputs = (0..<count).map { image in
            [Float](unsafeUninitializedCapacity: images.shape.count) { buffer, filled in
                guard let base = buffer.baseAddress else { return }
                images.write(image..<image + 1, preprocessing: preprocessing, into: base)
                filled = images.shape.count
            }
        }
        return (images, inputs)
    }
}
