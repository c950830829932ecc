/// Why there is no plan to search for. Each case says what, with which value, and what to do.
package enum SearchError: Error, Equatable, Sendable {
    /// `least` is what the plan of the fewest levels takes.
    case budgetTooSmall(levels: Int, least: Int)
    /// `node` is where the network keeps too many values at a time.
    case tooManyStates(Int, node: Int)
    /// No approximation of this layer has been fitted and evaluated.
    case noOption(layer: Int)
}

extension SearchError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .budgetTooSmall(let levels, let least):
            "\(levels) levels are too few: linear pieces and the lowest degrees take \(least); allow at least as many"
        case .tooManyStates(let count, let node):
            "node \(node) of the network has so many branches beside it that \(count) states are to be told apart, and "
                + "\(LevelFront.largestStateCount) can be; search with fewer degrees"
        case .noOption(let layer):
            "layer \(layer) has no approximation that was fitted and evaluated; see `centroid jobs --state dead`"
        }
    }
}
