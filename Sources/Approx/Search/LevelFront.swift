/// The best plans of the additive model under every budget of levels, exactly.
///
/// To choose options for the activities of a network of tasks under a deadline is the discrete time-cost trade-off
/// problem (De, Dunne, Ghosh and Wells 1995). It is solved by dynamic programming over the nodes: a state says which
/// levels the values that are still to be read have used up, and of two states of which one is no worse in any level and
/// in cost, the other is dropped. Networks keep few values at a time, so that states stay few.
package struct LevelFront: Hashable, Sendable {
    /// The cheapest plan of at most ``levels``.
    package struct Point: Hashable, Sendable {
        /// Of the network, linear ones included.
        package let levels: Int
        package let cost: Double
        /// By layer, an index into its options.
        package let choices: [Int]
    }

    /// States beyond which a network is refused: a second or so of work for each node.
    package static let largestStateCount = 20_000

    /// By levels ascending, each cheaper than those before it; never empty.
    package let points: [Point]

    /// - Parameter budget: Levels that no plan exceeds; nil for as many as there are.
    /// - Throws: ``SearchError/budgetTooSmall(levels:least:)``, ``SearchError/tooManyStates(_:node:)`` for a network of
    ///   many parallel branches.
    package init(of space: SearchSpace, budget: Int? = nil) throws(SearchError) {
        let least = space.levelRange.lowerBound
        if let budget, budget < least { throw .budgetTooSmall(levels: budget, least: least) }
        var live = [space.graph.input]
        var states = [State(levels: [0], cost: 0, last: nil)]
        for (index, node) in space.graph.nodes.enumerated() {
            let options = node.layer.map { Self.distinct(space.options[$0]) }
            let kept = live.indices.filter { space.graph.isRead(live[$0], behind: index) }
            let isRead = space.graph.isRead(node.output, behind: index)
            let inputs = node.inputs.compactMap { live.firstIndex(of: $0) }
            var next: [State] = []
            for state in states {
                let before = inputs.map { state.levels[$0] }.max() ?? 0
                let others = kept.map { state.levels[$0] }
                guard let layer = node.layer, let options else {
                    next.append(State(levels: others + (isRead ? [before] : []), cost: state.cost, last: state.last))
                    continue
                }
                for (choice, option) in options {
                    let after = before + 1 + option.levels
                    if let budget, after + 1 > budget { continue }
                    next.append(
                        State(
                            levels: others + (isRead ? [after] : []), cost: state.cost + option.cost,
                            last: Link(layer: layer, choice: choice, before: state.last)))
                }
            }
            live = kept.map { live[$0] } + (isRead ? [node.output] : [])
            states = Self.undominated(next)
            guard states.count <= Self.largestStateCount else {
                throw .tooManyStates(states.count, node: index)
            }
        }
        points = states.sorted { $0.levels[0] < $1.levels[0] }.map { state in
            Point(
                levels: state.levels[0] + 1, cost: state.cost, choices: state.choices(layers: space.options.count))
        }
    }

    /// The cheapest plan within a budget; nil if it is below the least.
    package func best(within budget: Int) -> Point? { points.last { $0.levels <= budget } }

    /// Options of which none has an other one that is no worse, with their indices.
    private static func distinct(_ options: [SearchSpace.Option]) -> [(Int, SearchSpace.Option)] {
        ParetoFront(of: options.map { (cost: $0.levels, value: -$0.cost) }).members.map { ($0, options[$0]) }
    }

    private static func undominated(_ states: [State]) -> [State] {
        var kept: [State] = []
        // In this order no later state dominates an earlier one.
        let ordered = states.enumerated().sorted { one, other in
            if one.element.cost != other.element.cost { return one.element.cost < other.element.cost }
            if one.element.levels != other.element.levels {
                return one.element.levels.lexicographicallyPrecedes(other.element.levels)
            }
            return one.offset < other.offset
        }
        for (_, state) in ordered where !kept.contains(where: { $0.isNoHigher(than: state) }) {
            kept.append(state)
        }
        return kept
    }

    private struct State {
        /// Of the values that are still to be read.
        let levels: [Int]
        let cost: Double
        let last: Link?

        func isNoHigher(than other: State) -> Bool {
            zip(levels, other.levels).allSatisfy { $0 <= $1 }
        }

        func choices(layers: Int) -> [Int] {
            var choices = Array(repeating: 0, count: layers)
            var link = last
            while let current = link {
                choices[current.layer] = current.choice
                link = current.before
            }
            return choices
        }
    }

    /// A choice, and those before it.
    private final class Link: Sendable {
        let layer: Int
        let choice: Int
        let before: Link?

        init(layer: Int, choice: Int, before: Link?) {
            self.layer = layer
            self.choice = choice
            self.before = before
        }
    }
}
