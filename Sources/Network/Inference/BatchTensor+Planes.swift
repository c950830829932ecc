extension BatchTensor {
    /// Calls `body` for each channel of each chosen image: its values stand `block` apart from `start` on.
    ///
    /// - Parameter isChosen: By image of the batch; those behind its end are left out.
    func forEachPlane(of isChosen: [Bool], _ body: (_ channel: Int, _ start: Int, _ count: Int) -> Void) {
        let plane = shape.height * shape.width
        for channel in 0..<shape.channels {
            let part = channel / block * plane * block + channel % block
            for (image, isChosen) in isChosen.enumerated() where isChosen {
                body(channel, image * paddedChannels * plane + part, plane)
            }
        }
    }
}

extension Session {
    /// A copy of what stands in a tensor.
    func copy(of slot: Int, in program: Program) -> [Float] {
        let count = program.slots[slot].tensor.count
        return Array(UnsafeBufferPointer(start: values(of: slot, in: program), count: count))
    }
}
