internal import Network
internal import Store

/// A method that the paper's tables have a column for: what it needs of the queue, and where the store has its plan.
///
/// A method is its settings alone. What it makes is found by them, so that a reproduction which was stopped or killed
/// goes on with whatever is missing.
protocol ReproducedMethod: Sendable {
    /// The column that it stands in.
    var column: PaperMethod { get }
    /// Whether it is Centroid's, where the column is ours.
    var isOwn: Bool { get }
    /// Whole polynomial networks that are made for its plan.
    var networksTried: Int { get }
    /// What people read.
    func name(with effort: ReproductionEffort) -> String
    /// Enqueues what is missing part by part, and has each part worked off before the next one.
    func make(for network: ReproducedNetwork, in store: Store, finish: (SweepID) throws -> Void) throws
    /// The plan with its figures; nil as long as there is none.
    func plan(for network: ReproducedNetwork, in store: Store) throws -> ReproducedPlan?
}

extension ReproducedMethod {
    var isOwn: Bool { false }
    var networksTried: Int { 1 }
}

/// What a method has made.
struct ReproducedPlan: Sendable {
    let plan: PlanRecord
    /// On all test images.
    let test: EvaluationRecord
    /// Of the jobs that the plan was made from, and of earlier attempts up to the state that was taken up; nil if that was
    /// not noted.
    let preparationSeconds: Double?
    /// Whole polynomial networks that were made and evaluated until this one was there.
    let networksTried: Int
}

/// The methods in the order of the paper's columns.
enum ReproducedMethods {
    static let all: [any ReproducedMethod] = [
        CompositeReplacement(), RetrainedReplacement(start: .trainedWeights),
        RetrainedReplacement(start: .randomWeights), EvolvedReplacement(), ClusteredReplacement(),
        GuidedReplacement(), DistilledReplacement(),
    ]

    /// In what the methods of others are not theirs.
    static let remarks = [
        "RT has AESPA's expansions, Muon, and the training images without the validation set, on which the original network "
            + "was trained as well; HyPHEN trains longer.",
        "NAS has the degrees 2 and 4, and each of its plans is refitted by Centroid's guided method, without training; "
            + "AutoFHE trains its candidates.",
    ]
}
