import Approx

/// Small networks whose plans can all be written down.
enum SearchSamples {
    /// Layers one after the other.
    static func chain(_ layers: Int) -> LevelGraph {
        LevelGraph(
            nodes: (0..<layers).map { .init(inputs: [$0], output: $0 + 1, layer: $0) }, input: 0, output: layers)
    }

    /// Two branches of different length between a first and a last layer, and a shortcut around the last.
    static let branches = LevelGraph(
        nodes: [
            .init(inputs: [0], output: 1, layer: 0), .init(inputs: [1], output: 2, layer: 1),
            .init(inputs: [1], output: 3, layer: 2), .init(inputs: [3], output: 4, layer: 3),
            .init(inputs: [2, 4], output: 5), .init(inputs: [5], output: 6, layer: 4),
            .init(inputs: [5, 6], output: 7),
        ], input: 0, output: 7)

    static func space(_ graph: LevelGraph, seed: UInt64, options: Int = 3) -> SearchSpace {
        var random = SplitMix64(seed: seed)
        return SearchSpace(
            graph: graph,
            options: (0..<graph.layerCount).map { _ in
                (0..<options).map { option in
                    // Whole numbers, so that sums are exact in any order; costs do not always fall.
                    SearchSpace.Option(
                        name: "\(2 * option + 2)", levels: option + 1, seconds: Double(option),
                        cost: Double(random.next() % UInt64(40 - 12 * option)))
                }
            })
    }

    /// Every plan of a space.
    static func plans(of space: SearchSpace) -> [[Int]] {
        space.options.reduce([[]]) { plans, options in
            plans.flatMap { plan in options.indices.map { plan + [$0] } }
        }
    }
}
