package import Approx

extension NetworkRunner {
    /// How the network does with one site replaced, once for each candidate.
    ///
    /// The part before the site runs once per batch, the part behind it once per candidate.
    ///
    /// - Parameters:
    ///   - site: Index into `graph.sites`.
    ///   - original: What the original network saw in `range`, image by image.
    /// - Returns: One outcome per candidate, in their order.
    package func evaluate(
        site: Int, candidates: [Approximation], _ images: ImageSet, _ range: Range<Int>, original: Predictions,
        checkpoint: Checkpoint
    ) throws -> [EvaluationOutcome] {
        guard graph.sites.indices.contains(site) else {
            throw InferenceError.unknownSite(site, sites: graph.sites.count)
        }
        try check(original, for: range)
        let exposure = ProgramCache.Exposure(sites: [site], restart: site)
        let program = try program(exposing: exposure)
        let replacements = try candidates.map { candidate in
            var plan: [Approximation?] = Array(repeating: nil, count: graph.sites.count)
            plan[site] = candidate
            return try tables(for: plan, in: program)
        }
        let start = program.siteSteps[site] ?? 0
        var tallies = Array(repeating: EvaluationTally(sites: graph.sites.count), count: candidates.count)
        try forEachBatch(of: images, range, exposing: exposure, checkpoint: checkpoint) { pass in
            var before = pass.inputMarks
            try pass.run(0..<start, marks: &before)
            for index in candidates.indices {
                var marks = before
                try pass.run(start..<program.steps.count, replacing: replacements[index], marks: &marks)
                tallies[index].add(pass, marks)
            }
        }
        return tallies.map { tally in
            tally.outcome(labels: images.labels[range], original: original, sites: graph.sites) { $0 == site }
        }
    }

    /// How the network does with all of a plan's replacements together.
    ///
    /// - Parameters:
    ///   - plan: One entry per site; nil leaves the original activation.
    ///   - original: What the original network saw in `range`, image by image.
    package func evaluate(
        plan: [Approximation?], _ images: ImageSet, _ range: Range<Int>, original: Predictions, checkpoint: Checkpoint
    ) throws -> EvaluationOutcome {
        try check(original, for: range)
        let (exposure, replacements) = try replacements(of: plan)
        var tally = EvaluationTally(sites: graph.sites.count)
        try forEachBatch(of: images, range, exposing: exposure, checkpoint: checkpoint) { pass in
            var marks = pass.inputMarks
            try pass.run(replacing: replacements, marks: &marks)
            tally.add(pass, marks)
        }
        return tally.outcome(labels: images.labels[range], original: original, sites: graph.sites) {
            exposure.sites.contains($0)
        }
    }

    /// The logits of the network with all of a plan's replacements, `range.count` x `graph.classCount` values.
    ///
    /// - Parameter plan: One entry per site; nil leaves the original activation.
    package func logits(
        plan: [Approximation?], _ images: ImageSet, _ range: Range<Int>, checkpoint: Checkpoint
    ) throws -> [Float] {
        let (exposure, replacements) = try replacements(of: plan)
        var logits: [Float] = []
        try forEachBatch(of: images, range, exposing: exposure, checkpoint: checkpoint) { pass in
            var marks = BatchMarks(images: batch, sites: graph.sites.count)
            try pass.run(replacing: replacements, marks: &marks)
            logits.append(contentsOf: pass.logits)
        }
        return logits
    }

    private func check(_ original: Predictions, for range: Range<Int>) throws(InferenceError) {
        guard original.count == range.count else {
            throw .originalPredictions(original.count, images: range.count)
        }
    }

    /// What a plan leaves visible, and its polynomials, ready to run.
    private func replacements(
        of plan: [Approximation?]
    ) throws(InferenceError) -> (ProgramCache.Exposure, [PolynomialTable?]) {
        guard plan.count == graph.sites.count else { throw .planLength(plan.count, sites: graph.sites.count) }
        let exposure = ProgramCache.Exposure(sites: Set(plan.indices.filter { plan[$0] != nil }), restart: nil)
        return (exposure, try tables(for: plan, in: program(exposing: exposure)))
    }

    /// The plan's approximations in the layouts that `program` has at their sites.
    func tables(for plan: [Approximation?], in program: Program) throws(InferenceError) -> [PolynomialTable?] {
        var tables: [PolynomialTable?] = []
        for (site, approximation) in plan.enumerated() {
            guard let approximation, let step = program.siteSteps[site] else {
                tables.append(nil)
                continue
            }
            let tensor = program.slots[program.steps[step].output].tensor
            tables.append(try PolynomialTable(approximation, site: graph.sites[site].name, tensor: tensor))
        }
        return tables
    }
}
