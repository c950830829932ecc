/// A plan that was tried on images.
package struct SearchTrial: Hashable, Sendable {
    /// By layer, an index into its options.
    package let choices: [Int]
    /// Share of the images on which it decides as the original network does; 0 where it could not be made.
    package let agreement: Double

    package init(choices: [Int], agreement: Double) {
        self.choices = choices
        self.agreement = agreement
    }
}

extension SearchSpace {
    /// Of `trials` those that no other one beats in agreement with as few levels, by levels ascending. Of equal ones the
    /// first stays.
    package func front(of trials: [SearchTrial]) -> [SearchTrial] {
        let ordered = trials.enumerated().map { (levels: levels(of: $1.choices), offset: $0, trial: $1) }.sorted {
            ($0.levels, -$0.trial.agreement, $0.offset) < ($1.levels, -$1.trial.agreement, $1.offset)
        }
        var best = -Double.infinity
        return ordered.filter { entry in
            defer { best = max(best, entry.trial.agreement) }
            return entry.trial.agreement > best
        }.map(\.trial)
    }

    /// The trial of the most agreement within a budget; nil if none is within.
    package func best(of trials: [SearchTrial], within budget: Int) -> SearchTrial? {
        front(of: trials).last { levels(of: $0.choices) <= budget }
    }
}
