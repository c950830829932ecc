package import Approx

extension NetworkRunner {
    /// What every activation site reads, channel by channel, over the images of `range`.
    ///
    /// Streaming: the memory does not grow with the number of images.
    ///
    /// - Returns: One element per site, in their order.
    package func capture(
        _ images: ImageSet, _ range: Range<Int>, checkpoint: Checkpoint
    ) throws -> [LayerStatistics] {
        let exposure = ProgramCache.Exposure(sites: Set(graph.sites.indices), restart: nil)
        let program = try program(exposing: exposure)
        // Where the run pauses: before each site, whose step may write over what it reads.
        let stops = program.siteSteps.sorted { $0.value < $1.value }
        var accumulators = graph.sites.map { LayerAccumulator(channels: $0.shape.channels) }
        try forEachBatch(of: images, range, exposing: exposure, checkpoint: checkpoint) { pass in
            var marks = BatchMarks(images: batch, sites: graph.sites.count)
            var done = 0
            for (site, step) in stops {
                try pass.run(done..<step, marks: &marks)
                pass.add(inputOf: step, to: &accumulators[site])
                done = step
            }
        }
        return accumulators.map { $0.statistics() }
    }
}

extension BatchPass {
    /// Adds what a step reads, without empty images and channels that only fill a block.
    fileprivate func add(inputOf step: Int, to accumulator: inout LayerAccumulator) {
        let slot = program.steps[step].inputs[0]
        let tensor = program.slots[slot].tensor
        let values = session.values(of: slot, in: program)
        let plane = tensor.shape.height * tensor.shape.width
        for channel in 0..<tensor.shape.channels {
            let part = channel / tensor.block * plane * tensor.block + channel % tensor.block
            for image in images.indices {
                let start = (image - images.lowerBound) * tensor.paddedChannels * plane + part
                accumulator.add(values + start, count: plane, stride: tensor.block, channel: channel)
            }
        }
    }
}
