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
        ParetoFront(of: trials.map { (cost: levels(of: $0.choices), value: $0.agreement) }).members.map { trials[$0] }
    }

    /// The trial of the most agreement within a budget; nil if none is within.
    package func best(of trials: [SearchTrial], within budget: Int) -> SearchTrial? {
        front(of: trials).last { levels(of: $0.choices) <= budget }
    }
}
