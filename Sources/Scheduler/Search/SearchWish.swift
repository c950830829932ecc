package import Approx
internal import Store

/// What a search is to look for, and with what.
package struct SearchWish: Codable, Hashable, Sendable {
    /// What says how much a replacement costs in the additive model.
    package enum Costs: String, CaseIterable, Codable, Sendable {
        /// The share of images whose class changes when it alone is made.
        case measured
        /// The divergence that gradients foretell.
        case secondOrder = "second-order"
    }

    /// How networks are reconstructed before they are evaluated.
    package struct Refit: Codable, Hashable, Sendable {
        package var layers: ReconstructionSettings
        package var rows: Int
        package var images: Int

        package init(layers: ReconstructionSettings, rows: Int, images: Int) {
            self.layers = layers
            self.rows = rows
            self.images = images
        }

        /// For trials: a thirty-second of the positions and six tenths of the joint steps of ``standard(images:)``.
        package static func quick(images: Int) -> Refit {
            Refit(layers: ReconstructionSettings(steps: 6), rows: 8192, images: images)
        }

        /// As `run --fitters guided` makes them.
        package static func standard(images: Int) -> Refit {
            let settings = GuidedSettings(degrees: [])
            return Refit(layers: settings.layers, rows: settings.rows, images: images)
        }
    }

    /// How reconstructed networks are trained towards the original one before they are evaluated.
    package struct FineTuning: Codable, Hashable, Sendable {
        package var settings: DistillationSettings
        package var images: Calibration

        package init(settings: DistillationSettings, images: Calibration) {
            self.settings = settings
            self.images = images
        }
    }

    package var strategy: SearchStrategy
    package var goal: SearchGoal
    /// Each layer's candidates.
    package var fits: FitSelection
    /// By degree, ascending.
    package var prices: [DegreePrice]
    package var costs: Costs
    /// What gradients are taken from.
    package var sensitivityImages: Calibration
    /// What trials are evaluated on.
    package var images: ImageSelection
    /// Nil leaves the original weights, and tries fitters as well as degrees.
    package var refit: Refit?
    /// Of trials and finalists whose weights are refitted; nil leaves them as they were reconstructed.
    package var fineTuning: FineTuning?
    /// At most so many trials.
    package var evaluations: Int
    /// No trial begins when those before have taken so long, in seconds of their jobs; nil for no limit.
    package var seconds: Double?
    /// The best of the trials, made again with more images and evaluated on more.
    package var finalists: Int
    package var finalRefit: Refit?
    /// Of finalists whose weights are refitted; nil trains them as the trials.
    package var finalFineTuning: FineTuning?
    package var finalImages: ImageSelection

    package init(
        strategy: SearchStrategy, goal: SearchGoal, fits: FitSelection, prices: [DegreePrice], costs: Costs,
        sensitivityImages: Calibration, images: ImageSelection, refit: Refit?, fineTuning: FineTuning?,
        evaluations: Int, seconds: Double?, finalists: Int, finalRefit: Refit?,
        finalFineTuning: FineTuning? = nil, finalImages: ImageSelection
    ) {
        self.strategy = strategy
        self.goal = goal
        self.fits = fits
        self.prices = prices
        self.costs = costs
        self.sensitivityImages = sensitivityImages
        self.images = images
        self.refit = refit
        self.fineTuning = fineTuning
        self.evaluations = evaluations
        self.seconds = seconds
        self.finalists = finalists
        self.finalRefit = finalRefit
        self.finalFineTuning = finalFineTuning
        self.finalImages = finalImages
    }
}

/// What a degree takes, out of a price list.
package struct DegreePrice: Codable, Hashable, Sendable {
    package var degree: Degree
    package var levels: Int
    /// On one ciphertext.
    package var seconds: Double

    package init(degree: Degree, levels: Int, seconds: Double) {
        self.degree = degree
        self.levels = levels
        self.seconds = seconds
    }
}
