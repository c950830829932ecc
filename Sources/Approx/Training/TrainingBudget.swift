/// How long a network is trained.
package enum TrainingBudget: Hashable, Codable, Sendable {
    /// Passes over the images: the same result on every run.
    case epochs(Double)
    /// As many steps as this machine makes in so many seconds, by the pace of the first ones.
    case seconds(Double)
}
