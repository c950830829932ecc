package import Approx

/// The polynomial networks that a sweep asks for, weights included: one plan for each method and wish.
package struct NetworkSelection: Codable, Hashable, Sendable {
    /// In alphabetical order.
    package var methods: [NetworkMethod]
    package var wishes: [NetworkWish]
    package var calibration: Calibration
    /// How the distilled ones are trained; nil where none is asked for.
    package var distillation: DistillationSettings?
    /// How retrained ones are trained; nil where none is asked for.
    package var retraining: SupervisedSettings?
    /// The same for those from random weights.
    package var fromScratch: SupervisedSettings?
    /// What those that are trained are trained on.
    package var trainingImages: Calibration?

    /// The order of the methods does not matter, nor does naming one or a wish twice.
    package init(
        methods: [NetworkMethod], wishes: [NetworkWish], calibration: Calibration,
        distillation: DistillationSettings? = nil, retraining: SupervisedSettings? = nil,
        fromScratch: SupervisedSettings? = nil, trainingImages: Calibration? = nil
    ) {
        self.methods = Set(methods).sorted { $0.rawValue < $1.rawValue }
        self.wishes = wishes.reduce(into: []) { kept, wish in
            if !kept.contains(wish) { kept.append(wish) }
        }
        self.calibration = calibration
        self.distillation = distillation
        self.retraining = retraining
        self.fromScratch = fromScratch
        self.trainingImages = trainingImages
    }

    /// - Parameter layers: Of the model.
    func validate(layers: Int) throws(SchedulerError) {
        if methods.isEmpty { throw .nothingRequested(what: "methods") }
        if wishes.isEmpty { throw .nothingRequested(what: "degrees") }
        for wish in wishes {
            let degrees = wish.guided.degrees
            guard degrees.count == layers else { throw .layerDegrees(degrees.count, layers: layers) }
            for degree in degrees where !GuidedSettings.allowedDegrees.contains(degree.value) {
                throw .networkDegree(degree.value, allowed: GuidedSettings.allowedDegrees)
            }
        }
        for method in methods where method.usesLabels && !wishes.contains(where: { method.accepts($0) }) {
            throw .quadraticsOnly(method: method.rawValue)
        }
        for wish in wishes where !methods.contains(where: { $0.accepts(wish) }) {
            throw .quadraticsOnly(method: methods.map(\.rawValue).joined(separator: ", "))
        }
        guard calibration.images > 0 else {
            throw .imageCountOutOfRange(what: "calibration", count: calibration.images)
        }
        if methods.contains(.distilled), distillation == nil {
            throw .nothingRequested(what: "budget for the distillation")
        }
        for method in methods where method.usesLabels && settings(of: method) == nil {
            throw .nothingRequested(what: "settings for \(method.rawValue)")
        }
        guard methods.contains(where: \.isTrained) else { return }
        guard let trainingImages, trainingImages.images > 0 else {
            throw .imageCountOutOfRange(what: "training", count: trainingImages?.images ?? 0)
        }
    }
}

extension NetworkSelection {
    /// How a method that uses labels is trained.
    func settings(of method: NetworkMethod) -> SupervisedSettings? {
        switch method {
        case .retrained: retraining
        case .fromScratch: fromScratch
        case .guided, .distilled: nil
        }
    }
}

extension NetworkMethod {
    /// Whether it makes networks like this.
    func accepts(_ wish: NetworkWish) -> Bool { wish.guided.degrees.allSatisfy(accepts) }
}

/// What one polynomial network is to be like.
package struct NetworkWish: Codable, Hashable, Sendable {
    /// Of its degrees, such as `degree 2` or `degree 4/2`.
    package var name: String
    /// How it is reconstructed, with the degree of every layer.
    package var guided: GuidedSettings

    package init(name: String, guided: GuidedSettings) {
        self.name = name
        self.guided = guided
    }

    /// How a network of its degrees is trained, by settings for quadratics.
    ///
    /// The slope of a polynomial of degree d is up to d^2 times its size (Markov 1889), and so is what a step does to it:
    /// higher degrees take shorter steps. All layers take the same ones, for the mean of the squares. On ResNet-20
    /// quartics that were clamped at 1.41 times their ranges ran away for good, where quadratics bear twice; closer clamps
    /// hide more, so anchors hold the polynomials behind them.
    package func suited(_ settings: DistillationSettings) -> DistillationSettings {
        let squares = guided.degrees.map { Double($0.value * $0.value) }
        guard let largest = squares.max(), largest > 4 else { return settings }
        var suited = settings
        suited.learningRate *= 4 * Double(squares.count) / squares.reduce(0, +)
        suited.clampReach = 1.1
        suited.anchorPenalty = 0.003
        return suited
    }

    /// The degree that all layers share; nil if they differ.
    var degree: Degree? {
        guided.degrees.first.flatMap { first in guided.degrees.allSatisfy { $0 == first } ? first : nil }
    }
}
