internal import Approx

/// One batch of images in the original network, in the plan's, and in each network that differs from one of them in one
/// layer. What comes before that layer runs once.
struct AttributionBatch {
    private let twins: TwinPrograms
    private let network: PlannedNetwork
    private let images: ImageSet
    private let pass: BatchPass
    private var tally: AttributionTally
    /// What the original network has at each site, and its class for each image.
    private var original: [SiteTrace?]
    private var originalClasses: [Int16] = []

    init(_ twins: TwinPrograms, _ network: PlannedNetwork, _ images: ImageSet, _ pass: BatchPass) {
        self.twins = twins
        self.network = network
        self.images = images
        self.pass = pass
        tally = AttributionTally(sites: network.original.sites)
        original = Array(repeating: nil, count: network.original.sites.count)
    }

    /// Runs everything. The session must be prepared for both programs.
    mutating func measured() throws -> AttributionTally {
        try runOriginal()
        try runEachAlone()
        try runPlan()
        for site in tally.sites.indices where !twins.differingSites.contains(site) {
            tally.sites[site].onlyThis = tally.original
            tally.sites[site].withoutThis = tally.planned
        }
        return tally
    }

    // MARK: - The three walks

    private mutating func runOriginal() throws {
        let inputMarks = begin()
        let everyImage = Array(repeating: true, count: pass.images.count)
        var marks = inputMarks
        for step in twins.original.steps.indices {
            let site = twins.siteSteps.firstIndex(of: step)
            let input = site.map { _ in copiedInput(of: step) }
            try twins.run(step, .original, pass, marks: &marks)
            guard let site, let input else { continue }
            let values = SiteTrace(input: input, output: copiedOutput(of: step))
            original[site] = values
            let comparison = compared(at: step, of: everyImage)
            comparison.addMoments(of: values.input, to: &tally.sites[site].originalInput)
            comparison.addMoments(of: values.output, to: &tally.sites[site].originalOutput)
        }
        originalClasses = classes(marks)
        tally.original = count(originalClasses)
    }

    /// The original network, and from it each one with a single layer of the plan's.
    private mutating func runEachAlone() throws {
        var marks = begin()
        for step in twins.original.steps.indices {
            for site in twins.sites(startingAt: step) {
                let saved = Snapshot(pass)
                var branch = marks
                let own = try run(.original, except: site, from: step, marks: &branch, to: twins.original.steps.count)
                tally.sites[site].onlyThis = count(classes(branch))
                if let own, let wanted = original[site], let replacement = network.plan[site] {
                    let comparison = compared(at: twins.siteSteps[site], of: own.healthy)
                    let errors = comparison.squaredError(
                        own.values.output, wanted.output, at: own.values.input, of: replacement)
                    tally.sites[site].alone = AttributionTally.Errors(
                        values: comparison.valueCount, outsideValues: errors.outsideCount, inside: errors.inside,
                        outside: errors.outside)
                }
                saved.restore(pass)
            }
            try twins.run(step, .original, pass, marks: &marks)
        }
    }

    /// The plan's network, and from it each one with a single layer of the original's.
    private mutating func runPlan() throws {
        var marks = begin()
        var restored: [Int: SiteTrace] = [:]
        for step in twins.original.steps.indices {
            for site in twins.sites(startingAt: step) {
                let saved = Snapshot(pass)
                var branch = marks
                let values = try run(.planned, except: site, from: step, marks: &branch, to: twins.original.steps.count)
                restored[site] = values?.values
                tally.sites[site].withoutThis = count(classes(branch))
                saved.restore(pass)
            }
            guard let site = twins.siteSteps.firstIndex(of: step) else {
                try twins.run(step, .planned, pass, marks: &marks)
                continue
            }
            let arriving = marks.healthy(pass.images.count)
            let input = copiedInput(of: step)
            try twins.run(step, .planned, pass, marks: &marks)
            let healthy = marks.healthy(pass.images.count)
            tally.sites[site].arriving = arriving.count { $0 }
            tally.sites[site].escaped = arriving.count { $0 } - healthy.count { $0 }
            let values = SiteTrace(input: input, output: copiedOutput(of: step))
            compare(values, restored.removeValue(forKey: site) ?? values, at: site, compared(at: step, of: healthy))
        }
        tally.planned = count(classes(marks))
    }

    /// - Parameter restored: What the original layer has and makes at its place in the plan's network.
    private mutating func compare(
        _ values: SiteTrace, _ restored: SiteTrace, at site: Int, _ comparison: SiteComparison
    ) {
        guard let wanted = original[site] else { return }
        var errors = AttributionTally.Errors(values: comparison.valueCount)
        errors.input = comparison.squaredError(restored.input, wanted.input)
        errors.accumulated = comparison.squaredError(restored.output, wanted.output)
        errors.output = comparison.squaredError(values.output, wanted.output)
        if let replacement = network.plan[site] {
            let own = comparison.squaredError(values.output, restored.output, at: values.input, of: replacement)
            (errors.inside, errors.outside, errors.outsideValues) = own
        }
        tally.sites[site].planned = errors
    }

    // MARK: - Running

    /// Writes the images into the network's input.
    private func begin() -> BatchMarks {
        pass.fill(images, preprocessing: twins.runner.preprocessing)
        return pass.inputMarks
    }

    /// Runs steps of one side, with one site's of the other; what stood at that site, and who was well behind it.
    private func run(
        _ side: TwinPrograms.Side, except site: Int, from first: Int, marks: inout BatchMarks, to end: Int
    ) throws -> (values: SiteTrace, healthy: [Bool])? {
        var seen: (values: SiteTrace, healthy: [Bool])?
        for step in first..<end {
            let isSite = step == twins.siteSteps[site]
            let input = isSite ? copiedInput(of: step) : []
            try twins.run(step, side, except: site, pass, marks: &marks)
            if isSite {
                seen = (SiteTrace(input: input, output: copiedOutput(of: step)), marks.healthy(pass.images.count))
            }
        }
        return seen
    }

    private func copiedInput(of step: Int) -> [Float] {
        pass.session.copy(of: twins.original.steps[step].inputs[0], in: twins.original)
    }

    private func copiedOutput(of step: Int) -> [Float] {
        pass.session.copy(of: twins.original.steps[step].output, in: twins.original)
    }

    private func compared(at step: Int, of isChosen: [Bool]) -> SiteComparison {
        let slot = twins.original.steps[step].output
        return SiteComparison(tensor: twins.original.slots[slot].tensor, isChosen: isChosen)
    }

    private func classes(_ marks: BatchMarks) -> [Int16] {
        var predictions = Predictions(classes: [])
        predictions.append(logits: pass.logits, classCount: pass.classCount, escaped: marks.escaped)
        return predictions.classes
    }

    private func count(_ classes: [Int16]) -> PlanAttribution.Count {
        PlanAttribution.Count(
            correct: zip(classes, images.labels[pass.images]).count { Int32($0) == $1 && $0 != Predictions.none },
            agreeing: zip(classes, originalClasses).count { $0 == $1 && $0 != Predictions.none },
            escaped: classes.count { $0 == Predictions.none })
    }
}

/// A copy of all that a program has in its buffers.
private struct Snapshot {
    /// One slot of each buffer, and the buffer's floats.
    private var buffers: [(slot: Int, values: [Float])] = []

    init(_ pass: BatchPass) {
        var known: Set<Int> = []
        for (slot, place) in pass.program.slots.enumerated() where known.insert(place.buffer).inserted {
            let start = pass.session.values(of: slot, in: pass.program)
            let count = pass.program.bufferSizes[place.buffer]
            buffers.append((slot, Array(UnsafeBufferPointer(start: start, count: count))))
        }
    }

    func restore(_ pass: BatchPass) {
        for (slot, values) in buffers {
            pass.session.values(of: slot, in: pass.program).update(from: values, count: values.count)
        }
    }
}
