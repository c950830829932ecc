internal import Approx
internal import CDNNL

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
        let settings = settings, degree = settings.degrees[site], function = graph.sites[site].function
        let extents = try runner.extents(of: found, images: alive)
        let population = CurvePopulation(
            degree: degree, extents: extents,
            sums: try runner.curveSums(of: found, images: alive, degree: degree, in: extents) { _, image in
                wanted.image(image)
            })
        let step = max(1, alive.count * found.shape.height * found.shape.width / Self.stretchedValues)
        let some = stride(from: 0, to: alive.count, by: step).map { alive[$0] }
        let reach = settings.layers.tailReach
        let beyond = try ActivationStore(images: some.count, shape: read.shape, budget: budget)
        try runner.forEachBatch(some.count) { batch in
            for position in batch {
                let source = read.image(some[position]), target = beyond.image(position)
                for place in 0..<read.shape.count { target[place] = Float(function(reach * Double(source[place]))) }
            }
        }
        let tail = CurvePopulation(
            degree: degree, extents: extents,
            sums: try runner.curveSums(
                of: found, images: some, degree: degree, in: extents, stretch: Float(reach)
            ) { position, _ in beyond.image(position) })
        return population.curves(tail: tail, share: settings.layers.tailWeight)
    }
}
