package import Approx

/// The networks that can be trained from scratch, by their names in the literature.
///
/// For example:
///
///     let blueprint = try Architecture.resnet20.blueprint(input: dataset.shape, classes: dataset.classes.count)
package enum Architecture: String, CaseIterable, Sendable {
    case lenet5, resnet20, resnet32, resnet44, resnet56, vgg11, vgg16

    /// The network for images of this shape; its weights are 0.
    ///
    /// - Throws: ``TrainingError/imageSize(architecture:images:least:)`` or ``TrainingError/tooFewClasses(_:)``.
    package func blueprint(input: TensorShape, classes: Int) throws(TrainingError) -> NetworkBlueprint {
        guard min(input.height, input.width) >= leastSide else {
            throw .imageSize(architecture: rawValue, images: input, least: leastSide)
        }
        guard classes > 1 else { throw .tooFewClasses(classes) }
        return switch self {
        case .lenet5: .lenet5(input: input, classes: classes)
        case .resnet20: .resnet(blocks: 3, input: input, classes: classes)
        case .resnet32: .resnet(blocks: 5, input: input, classes: classes)
        case .resnet44: .resnet(blocks: 7, input: input, classes: classes)
        case .resnet56: .resnet(blocks: 9, input: input, classes: classes)
        case .vgg11: .vgg(NetworkBlueprint.vgg11, input: input, classes: classes)
        case .vgg16: .vgg(NetworkBlueprint.vgg16, input: input, classes: classes)
        }
    }

    /// Pixels that height and width need, so that something is left behind the last halving.
    private var leastSide: Int {
        switch self {
        case .lenet5: 12
        case .resnet20, .resnet32, .resnet44, .resnet56: 4
        case .vgg11, .vgg16: 32
        }
    }
}

// MARK: - Recipes

extension Architecture {
    /// How it is trained unless told otherwise.
    package struct Recipe: Hashable, Sendable {
        package let epochs: Double
        package let batch: Int
        package let optimiser: SupervisedSettings.Optimiser
    }

    package var recipe: Recipe {
        isNormalised ? Recipe(epochs: 30, batch: 128, optimiser: .sgd) : Recipe(epochs: 8, batch: 64, optimiser: .adamw)
    }

    /// At the top of the schedule, unless told otherwise.
    package func learningRate(of optimiser: SupervisedSettings.Optimiser) -> Double {
        switch optimiser {
        case .sgd: isNormalised ? 0.1 : 0.02
        case .adamw, .muon: 4e-3
        }
    }

    /// Unless told otherwise. Where weights decay by themselves, the learning rate is a factor of the decay, too.
    package func weightDecay(of optimiser: SupervisedSettings.Optimiser) -> Double {
        switch optimiser {
        case .sgd: 5e-4
        case .adamw, .muon: 1e-2
        }
    }

    /// Whether its convolutions are followed by batch normalisation.
    package var isNormalised: Bool { self != .lenet5 }
}
