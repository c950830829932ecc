/// One micro-batch behind its run through a network: logits, and what every site has read. Valid inside the closure that
/// receives it.
package struct ForwardPass {
    let program: TrainingProgram
    let session: TrainingSession
    /// Images of the micro-batch; the rest of it is empty.
    package let images: Int

    /// `images` x classes.
    package var logits: UnsafeBufferPointer<Float> {
        let count = images * program.slots[program.output].tensor.shape.count
        return UnsafeBufferPointer(start: session.values(program.output, of: program), count: count)
    }

    /// The network's input: preprocessed, image after image in channel, height, width order.
    package var input: UnsafeBufferPointer<Float> {
        let count = images * program.slots[program.input].tensor.shape.count
        return UnsafeBufferPointer(start: session.values(program.input, of: program), count: count)
    }

    /// Activation layers of the network.
    package var siteCount: Int { program.sites.count }

    /// What a site reads: the pre-activations.
    package func preActivations(of site: Int) -> SiteValues {
        let slot = program.sites[site]
        return SiteValues(
            site: site, tensor: program.slots[slot].tensor, images: images, values: session.values(slot, of: program))
    }
}
