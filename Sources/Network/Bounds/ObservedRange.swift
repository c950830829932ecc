package import Approx

/// What a layer of a network read on calibration images, all channels together; images that have escaped are left out.
package struct ObservedRange: Hashable, Codable, Sendable {
    /// Extremes; nil where no image arrived.
    package let extremes: ClosedRange<Double>?
    /// The quantiles 0.001 and 0.999.
    package let bulk: ClosedRange<Double>?
    /// By channel; nil where no image arrived.
    package let channels: [ClosedRange<Double>?]
    /// How much larger the layer's deviations from the middle of its fitted range could be before one leaves it, in the
    /// channel that is nearest to that; below 1 some have left. nil where nothing is replaced or nothing arrived.
    package let margin: Double?
    /// Share of the values outside of their fitted range; nil as above.
    package let outsideShare: Double?
    /// Images that reached the layer unharmed.
    package let arriving: Int
    /// Of those, how many escaped here.
    package let escaped: Int

    init(_ statistics: LayerStatistics, _ replacement: Approximation?, outside: UInt64, arriving: Int, escaped: Int) {
        let pooled = statistics.pooled
        extremes = pooled.range
        bulk = pooled.bulk
        channels = statistics.channels.map(\.range)
        let deviations = statistics.channels.enumerated().compactMap { channel, seen -> Double? in
            guard let polynomial = replacement?.polynomial(forChannel: channel), let range = seen.range else {
                return nil
            }
            return max(abs(polynomial.scaled(range.lowerBound)), abs(polynomial.scaled(range.upperBound)))
        }
        margin = deviations.max().map { 1 / $0 }
        outsideShare = replacement == nil || pooled.count == 0 ? nil : Double(outside) / Double(pooled.count)
        self.arriving = arriving
        self.escaped = escaped
    }
}

extension NetworkRunner {
    /// What each layer reads while the plan's polynomials stand in for the activations.
    ///
    /// - Parameters:
    ///   - plan: One entry per site; nil leaves the original activation.
    ///   - checkpoint: Called from any thread, one at a time, with the number of images done; throwing stops.
    /// - Returns: One element per site, the same for any number of threads.
    package func observe(
        plan: [Approximation?], _ images: ImageSet, _ range: Range<Int>, threads: Int,
        checkpoint: @escaping @Sendable (Int) throws -> Void
    ) throws -> [ObservedRange] {
        guard plan.count == graph.sites.count else {
            throw InferenceError.planLength(plan.count, sites: graph.sites.count)
        }
        let progress = ImageProgress(checkpoint)
        let chunk = 16 * batch
        let parts = (range.count + chunk - 1) / chunk
        let observed = try OrderedParts(count: parts, threads: threads).map { part in
            let start = range.lowerBound + part * chunk
            return try observe(plan, images, start..<min(start + chunk, range.upperBound), progress)
        }
        var total = graph.sites.map { SiteObservation(channels: $0.shape.channels) }
        for part in observed {
            for site in total.indices { try total[site].merge(part[site]) }
        }
        return zip(total, plan).map { site, replacement in
            ObservedRange(
                site.statistics, replacement, outside: site.outside, arriving: site.arriving, escaped: site.escaped)
        }
    }

    private func observe(
        _ plan: [Approximation?], _ images: ImageSet, _ range: Range<Int>, _ progress: ImageProgress
    ) throws -> [SiteObservation] {
        let exposure = ProgramCache.Exposure(sites: Set(graph.sites.indices), restart: nil)
        let program = try program(exposing: exposure)
        let tables = try tables(for: plan, in: program)
        let stops = program.siteSteps.sorted { $0.value < $1.value }
        var seen = graph.sites.map { SiteObservation(channels: $0.shape.channels) }
        var accumulators = graph.sites.map { LayerAccumulator(channels: $0.shape.channels) }
        try forEachBatch(of: images, range, exposing: exposure, checkpoint: { _ in }) { pass in
            var marks = pass.inputMarks
            var done = 0
            for (site, step) in stops {
                try pass.run(done..<step, marks: &marks)
                let arriving = marks.healthy(pass.images.count).count { $0 }
                let slot = program.steps[step].inputs[0]
                let values = pass.session.copy(of: slot, in: program)
                try pass.run(step..<step + 1, replacing: tables, marks: &marks)
                let healthy = marks.healthy(pass.images.count)
                seen[site].arriving += arriving
                seen[site].escaped += arriving - healthy.count { $0 }
                seen[site].outside += accumulators[site].add(
                    values, program.slots[slot].tensor, of: healthy, plan[site])
                done = step + 1
            }
            try pass.run(done..<program.steps.count, marks: &marks)
            try progress.add(pass.images.count)
        }
        for site in seen.indices { seen[site].statistics = accumulators[site].statistics() }
        return seen
    }
}

/// What one range of images showed at one site.
private struct SiteObservation: Sendable {
    var statistics: LayerStatistics
    var outside: UInt64 = 0
    var arriving = 0
    var escaped = 0

    init(channels: Int) {
        statistics = LayerStatistics(channels: Array(repeating: ChannelStatistics(), count: channels))
    }

    mutating func merge(_ other: SiteObservation) throws {
        try statistics.merge(other.statistics)
        outside += other.outside
        arriving += other.arriving
        escaped += other.escaped
    }
}

extension LayerAccumulator {
    /// Adds the values of the images that are `chosen`.
    ///
    /// - Returns: How many of them lie outside of the fitted range.
    fileprivate mutating func add(
        _ values: [Float], _ tensor: BatchTensor, of chosen: [Bool], _ replacement: Approximation?
    ) -> UInt64 {
        var outside: UInt64 = 0
        values.withUnsafeBufferPointer { values in
            guard let first = values.baseAddress else { return }
            tensor.forEachPlane(of: chosen) { channel, start, count in
                add(first + start, count: count, stride: tensor.block, channel: channel)
                guard let domain = replacement?.polynomial(forChannel: channel).domain else { return }
                let (lower, upper) = (Float(domain.lowerBound), Float(domain.upperBound))
                for index in 0..<count {
                    let value = values[start + index * tensor.block]
                    if !(value >= lower && value <= upper) { outside += 1 }
                }
            }
        }
        return outside
    }
}

extension BatchMarks {
    /// Which of the first `images` images have not escaped.
    func healthy(_ images: Int) -> [Bool] { escaped.prefix(images).map { $0 == 0 } }
}
