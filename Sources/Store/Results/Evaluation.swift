package import Foundation

/// Where the arithmetic of an evaluation happens.
package enum EvaluationMode: String, CaseIterable, Codable, Sendable {
    case clear
    case simulated
    case encrypted
}

/// What an evaluation is of.
package enum EvaluationSubject: Hashable, Sendable {
    case original
    /// This approximation at its layer, and the original activation everywhere else.
    case approximation(ApproximationID)
    case plan(PlanID)
}

/// How well something classifies some images.
package struct NewEvaluation: Hashable, Sendable {
    package var subject: EvaluationSubject
    package var model: ModelID
    /// Fingerprint of the data set.
    package var dataset: String
    package var split: SplitName
    /// The images, counted from the start of the split.
    package var range: Range<Int>
    package var mode: EvaluationMode
    /// Of the mode (noise model, ring size, ...) as canonical JSON; an empty object in clear.
    package var modeSettings: String
    package var correct: Int
    /// Images on which it decides as the original network does.
    package var agreeing: Int
    /// Images whose activations left ten times the range or were not finite. They count as wrong.
    package var escaped: Int
    /// One element per layer: share of values outside the fitted range; nil where nothing is replaced.
    package var outsideShares: [Double?]
    /// Encoded class per image.
    package var predictions: Data

    package init(
        subject: EvaluationSubject, model: ModelID, dataset: String, split: SplitName, range: Range<Int>,
        mode: EvaluationMode = .clear, modeSettings: String = "{}", correct: Int, agreeing: Int, escaped: Int,
        outsideShares: [Double?], predictions: Data
    ) {
        self.subject = subject
        self.model = model
        self.dataset = dataset
        self.split = split
        self.range = range
        self.mode = mode
        self.modeSettings = modeSettings
        self.correct = correct
        self.agreeing = agreeing
        self.escaped = escaped
        self.outsideShares = outsideShares
        self.predictions = predictions
    }
}

/// An evaluation as the store has it. The classes per image are read apart, see ``Store/predictions(of:)``.
package struct EvaluationRecord: Hashable, Sendable {
    package let id: EvaluationID
    package let subject: EvaluationSubject
    package let model: ModelID
    /// Fingerprint of the data set.
    package let dataset: String
    package let split: SplitName
    package let range: Range<Int>
    package let mode: EvaluationMode
    package let modeSettings: String
    package let correct: Int
    package let agreeing: Int
    package let escaped: Int
    /// One element per layer: share of values outside the fitted range; nil where nothing is replaced.
    package let outsideShares: [Double?]
    /// Accuracy of the original network in clear on the same images less this accuracy, in percentage points; nil as
    /// long as the original has not been evaluated on them.
    package let drop: Double?
    /// How long the job took that made it, in seconds of its step `run`; nil if that was not noted. A job that
    /// evaluates several approximations has one time for all of them.
    package let seconds: Double?

    package var images: Int { range.count }

    /// Share of the images that are classified correctly.
    package var accuracy: Double { Double(correct) / Double(images) }
}

/// Images that evaluations are compared on.
package struct EvaluationImages: Hashable, Sendable {
    /// Fingerprint of the data set.
    package var dataset: String
    package var split: SplitName
    /// Counted from the start of the split.
    package var range: Range<Int>

    package init(dataset: String, split: SplitName, range: Range<Int>) {
        self.dataset = dataset
        self.split = split
        self.range = range
    }
}
