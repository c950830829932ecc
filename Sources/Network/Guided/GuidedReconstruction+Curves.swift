internal import Approx

/// How the polynomials of a network are fitted, site by site.
extension GuidedReconstruction {
    /// About so many stretched values of each channel are enough.
    private static let stretchedValues = 1 << 18

    /// The least-squares polynomials of a site on every value that it reads in the images that have not escaped, and, at
    /// their small weight, on some stretched ones, towards the function there.
    func curves(of site: Int, at index: Int) throws -> CurvePopulation.Curves {
        let node = graph.nodes[index]
        guard let found = polynomial[node.inputs[0]], let read = original[node.inputs[0]],
            let wanted = original[node.output]
        else { throw InferenceError.malformedNode(name: node.name, reason: "its input was not made") }
        guard !alive.isEmpty else { throw ApproxError.noValues }
        let degree = settings.degrees[site], function = graph.sites[site].function, layers = settings.layers
        let extents = try runner.extents(of: found, images: alive)
        let population = CurvePopulation(
            degree: degree, extents: extents,
            sums: try runner.curveSums(of: found, against: wanted, images: alive, degree: degree, in: extents))
        guard layers.tailWeight > 0 else { return population.curves(tail: nil, share: 0) }
        let values = alive.count * found.shape.height * found.shape.width
        let tail = CurvePopulation(
            degree: degree, extents: extents,
            sums: try runner.stretchedCurveSums(
                of: found, against: read, images: alive, degree: degree, in: extents, reach: layers.tailReach,
                step: max(1, values / Self.stretchedValues), function: function))
        return population.curves(tail: tail, share: layers.tailWeight)
    }
}
