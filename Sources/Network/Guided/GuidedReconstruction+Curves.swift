internal import Approx

/// How the polynomials of a network are fitted, site by site.
extension GuidedReconstruction {
    /// The least-squares polynomials of a site on every value that it reads in the images that have not escaped, held near
    /// the function beyond these.
    func curves(of site: Int, at index: Int) throws -> CurvePopulation.Curves {
        let node = graph.nodes[index]
        guard let found = polynomial[node.inputs[0]], let wanted = original[node.output]
        else { throw InferenceError.malformedNode(name: node.name, reason: "its input was not made") }
        guard !alive.isEmpty else { throw ApproxError.noValues }
        let degree = settings.degrees[site]
        let extents = try runner.extents(of: found, images: alive)
        return CurvePopulation(
            degree: degree, extents: extents,
            sums: try runner.curveSums(of: found, against: wanted, images: alive, degree: degree, in: extents)
        ).curves(of: graph.sites[site].function, anchors: settings.layers.anchors)
    }
}
