internal import Approx
internal import Network
internal import Scheduler
internal import Store

/// RT: quadratics in place of the activations, and training with labels, from the trained network or from random weights.
struct RetrainedReplacement: SweptMethod {
    let start: Retraining.Start

    var column: PaperMethod { .retraining }

    func name(with effort: ReproductionEffort) -> String { "\(method.rawValue), \(Figure.epochs(epochs(effort)))" }

    func request(for network: ReproducedNetwork) throws -> SweepRequest {
        let images = network.calibration(.max)
        let settings = try start.settings(
            budget: .epochs(Double(epochs(network.effort))), images: images.images,
            channels: network.model.inputChannels, seed: 0)
        return SweepRequest(
            NetworkSelection(
                methods: [method], wishes: [NetworkWish(try Degree(2), for: network)], calibration: images,
                retraining: start == .trainedWeights ? settings : nil,
                fromScratch: start == .randomWeights ? settings : nil, trainingImages: images),
            for: network)
    }

    private var method: NetworkMethod { start == .trainedWeights ? .retrained : .fromScratch }

    private func epochs(_ effort: ReproductionEffort) -> Int {
        start == .trainedWeights ? effort.retrainingEpochs : effort.scratchEpochs
    }
}
