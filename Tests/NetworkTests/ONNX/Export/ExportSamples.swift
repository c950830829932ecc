import Approx
import Foundation
import Network

extension ONNXOrigin where Self == PlanOrigin {
    /// Of a network that is exported in tests.
    static var sample: PlanOrigin {
        PlanOrigin(
            model: "lenet", modelChecksum: "ab12", dataset: "digits", plan: "least-squares degree 4", planKey: "cd34",
            method: "uniform", preprocessing: #"{"mean":[0.16],"scale":0.004,"std":[0.27]}"#, version: "0.1.0",
            commit: "ef56")
    }
}

extension ONNXInterface {
    /// As PyTorch writes networks.
    static let plain = ONNXInterface(input: "input", layout: .channelsFirst, output: "logits")
}

/// The network that the project ships, with fits to its digits.
enum DigitsNetwork {
    static let preprocessing = Preprocessing(scale: 1.0 / 255, mean: [0.16], std: [0.27])

    static func imported() throws -> (graph: NetworkGraph, interface: ONNXInterface) {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../../Models/lenet5-digits.onnx").standardizedFileURL
        return try ONNXImporter.network(from: Data(contentsOf: file))
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

/// The largest difference relative to the largest logit of the two.
func relativeDifference(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
    let scale = max(a.map(abs).max() ?? 0, b.map(abs).max() ?? 0)
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
}
