extension PlanAttribution {
    /// Less than this many points of agreement is no reason to change a layer.
    private static let leastCost = 0.5
    /// At most so many layers are named.
    private static let mostNamed = 3

    /// The layers whose cost is at least half of the largest, the worst first; empty where none costs half a point.
    package var worstLayers: [Int] {
        let costs = layers.map { $0.cost(in: self) }
        let largest = costs.max() ?? 0
        guard largest >= Self.leastCost else { return [] }
        let named = costs.indices.filter { costs[$0] >= max(Self.leastCost, largest / 2) }
        return Array(named.sorted { (costs[$0], $1) > (costs[$1], $0) }.prefix(Self.mostNamed))
    }

    /// One sentence: which layers cost most, why, and what to do about it.
    ///
    /// - Parameters:
    ///   - names: Of the layers.
    ///   - degrees: Of their polynomials; nil where nothing is replaced.
    package func verdict(names: [String], degrees: [Int?]) -> String {
        let lost = 100 * Double(original.agreeing - planned.agreeing) / Double(max(1, images))
        guard worstLayers.isEmpty else { return clauses(names, degrees).joined(separator: "; ") + "." }
        guard lost >= Self.leastCost else {
            return
                "The plan agrees with the original on all but \(lost.tenths) % of the images, and no layer costs half "
                + "a point: nothing needs to be done."
        }
        return "No single layer explains the \(lost.tenths) points of agreement that are lost: \(turningPoint)."
    }

    /// One clause for each cause among the worst layers.
    private func clauses(_ names: [String], _ degrees: [Int?]) -> [String] {
        var byCause: [(cause: Cause?, layers: [Int])] = []
        for layer in worstLayers {
            if let known = byCause.firstIndex(where: { $0.cause == layers[layer].cause }) {
                byCause[known].layers.append(layer)
            } else {
                byCause.append((layers[layer].cause, [layer]))
            }
        }
        return byCause.map { cause, members in
            let subjects = members.map { layer in
                "layer \(layer) (\(names[layer])) costs \(layers[layer].cost(in: self).tenths) points of agreement"
            }
            return subjects.joined(separator: ", ") + " "
                + Self.advice(cause, degrees: members.compactMap { degrees[$0] }, isPlural: members.count > 1)
        }
    }

    private static func advice(_ cause: Cause?, degrees: [Int], isPlural: Bool) -> String {
        let (its, it) = isPlural ? ("their", "them") : ("its", "it")
        return switch cause {
        case .fit?:
            "because \(its) own fit is off inside of the range: raise \(its) degree"
                + (degrees.max().map { " above \($0)" } ?? "")
        case .range?:
            "because values leave the range that was fitted: calibrate on more images, widen the range or clamp"
        case .accumulated?:
            "because \(its) input is already wrong: mend the layers before, or refit \(it) on what those give"
        case nil:
            "for reasons that \(its) errors do not show: look at \(its) weights"
        }
    }

    /// Where errors outgrow the signal.
    private var turningPoint: String {
        let remedy = "or refit the network layer by layer"
        if let layer = layers.firstIndex(where: { 20 * $0.escaped > images }) {
            return
                "errors add up until \(layers[layer].escaped) images escape at layer \(layer); raise the degrees up to "
                + "there, \(remedy)"
        }
        if let layer = layers.firstIndex(where: { ($0.outputError ?? 0) > 0.1 }) {
            return "errors add up and pass a tenth of the signal's variance at layer \(layer); raise the degrees up to "
                + "there, \(remedy)"
        }
        return "small errors of all layers add up; raise all degrees, \(remedy)"
    }

}

extension Double {
    /// With one digit behind the point.
    fileprivate var tenths: String {
        let rounded = (self * 10).rounded() / 10
        return "\(rounded == 0 ? 0 : rounded)"
    }
}
