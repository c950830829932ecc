/// The plans that a search chooses from: a graph, and for each layer some options.
package struct SearchSpace: Hashable, Sendable {
    /// One way to replace a layer.
    package struct Option: Hashable, Sendable {
        /// What people call it, such as `4` or `least-squares 4`: the same in every layer.
        package let name: String
        /// Of the polynomial.
        package let levels: Int
        /// Estimated seconds of the polynomial on one ciphertext.
        package let seconds: Double
        /// What the additive model says that it does to the network; the sum over the layers is the plan's cost.
        package let cost: Double

        package init(name: String, levels: Int, seconds: Double, cost: Double) {
            self.name = name
            self.levels = levels
            self.seconds = seconds
            self.cost = cost
        }
    }

    package let graph: LevelGraph
    /// By layer; none is empty.
    package let options: [[Option]]

    /// - Parameter options: One list for each layer of the graph, none of them empty.
    package init(graph: LevelGraph, options: [[Option]]) {
        precondition(options.count == graph.layerCount, "\(options.count) lists for \(graph.layerCount) layers")
        precondition(options.allSatisfy { !$0.isEmpty }, "a layer has no option")
        self.graph = graph
        self.options = options
    }

    /// Levels of a plan, linear ones included.
    ///
    /// - Parameter choices: By layer, an index into its options; so everywhere.
    package func levels(of choices: [Int]) -> Int {
        graph.levels(ofLayers: zip(options, choices).map { $0[$1].levels })
    }

    package func cost(of choices: [Int]) -> Double {
        zip(options, choices).reduce(0) { $0 + $1.0[$1.1].cost }
    }

    /// Of all activations on one ciphertext each, without bootstraps.
    package func seconds(of choices: [Int]) -> Double {
        zip(options, choices).reduce(0) { $0 + $1.0[$1.1].seconds }
    }

    /// The plan of the fewest levels and the one of the most; they differ in levels unless there is no choice.
    package var levelRange: ClosedRange<Int> {
        let least = graph.levels(ofLayers: options.map { $0.map(\.levels).min() ?? 0 })
        return least...graph.levels(ofLayers: options.map { $0.map(\.levels).max() ?? 0 })
    }

    /// The same option everywhere, from the most levels on.
    package func uniformPlans(within budget: Int) -> [[Int]] {
        let plans = (options.first ?? []).compactMap { common -> [Int]? in
            let choices = options.compactMap { options in options.firstIndex { $0.name == common.name } }
            return choices.count == options.count ? choices : nil
        }
        return plans.map { (levels: levels(of: $0), plan: $0) }.filter { $0.levels <= budget }
            .sorted { ($0.levels, $0.plan.first ?? 0) > ($1.levels, $1.plan.first ?? 0) }.map(\.plan)
    }

    /// The same plans under other costs.
    ///
    /// - Parameter costs: By layer and option.
    package func with(costs: [[Double]]) -> SearchSpace {
        SearchSpace(
            graph: graph,
            options: zip(options, costs).map { options, costs in
                zip(options, costs).map { Option(name: $0.name, levels: $0.levels, seconds: $0.seconds, cost: $1) }
            })
    }
}
