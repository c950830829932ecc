/// How long a network is trained.
package enum TrainingBudget: Hashable, Codable, Sendable {
    /// Passes over the images: the same result on every run.
    case epochs(Double)
    /// As many steps as this machine makes in so many seconds, by the pace of the first ones.
    case seconds(Double)

    /// The most that ``seconds(_:)`` may ask for: a job that trains is stopped a day later.
    package static let longest: Duration = .seconds(7 * 24 * 3600)
    /// Steps that any budget pays for: a schedule needs a few.
    package static let leastSteps = 4
}
