/// One micro-batch between its way forward and its way back: the caller looks, and says how the loss depends on what it
/// sees. Valid inside the closure that receives it.
package struct TrainingPass {
    package let forward: ForwardPass
    /// Indices into the image set.
    package let indices: ArraySlice<Int>
    /// One for each image.
    package let labels: [Int32]
    /// Images of the whole batch.
    package let batchSize: Int

    /// The gradient of the loss with respect to the logits, `images` x classes; 0 at first, for the caller to add to.
    package var logitGradient: UnsafeMutableBufferPointer<Float> {
        guard let slot = forward.program.outputGradient else { return .init(start: nil, count: 0) }
        return UnsafeMutableBufferPointer(
            start: forward.session.values(slot, of: forward.program), count: forward.logits.count)
    }

    /// The gradient of the loss with respect to what a site reads, as far as it does not go through the logits; 0 at
    /// first, for the caller to add to, and in the layout of ``ForwardPass/preActivations(of:)``.
    ///
    /// - Returns: Nil where the engine was not made for gradients at this site.
    package func preActivationGradient(of site: Int) -> UnsafeMutableBufferPointer<Float>? {
        let program = forward.program, session = forward.session
        guard let slot = program.siteGradients[site] else { return nil }
        let values = session.values(slot, of: program)
        if !session.givenGradients[site] {
            values.update(repeating: 0, count: program.slots[slot].tensor.count)
            session.givenGradients[site] = true
        }
        return UnsafeMutableBufferPointer(start: values, count: forward.preActivations(of: site).values.count)
    }
}
