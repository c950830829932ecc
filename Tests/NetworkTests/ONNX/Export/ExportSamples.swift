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

/// The largest difference relative to the largest logit of the two.
func relativeDifference(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
    let scale = max(a.map(abs).max() ?? 0, b.map(abs).max() ?? 0)
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
}
