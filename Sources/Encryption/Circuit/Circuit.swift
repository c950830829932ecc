internal import Network

/// A polynomial network as rotations, products with plaintexts and squarings of ciphertexts.
package struct Circuit: Sendable {
    /// What happens to the ciphertexts of a layer after its matrix.
    struct Squaring: Sendable {
        let count: Int
        /// Added after the first one, one block for each ciphertext; nil where that is nothing.
        let constants: [[Double]]?
    }

    package let parameters: CKKSParameters
    /// Positions of one image.
    package let block: Int
    /// Of the input.
    let input: Placement
    let inputShape: TensorShape
    /// In the order in which they are evaluated; the last one makes the logits.
    package let matrices: [MatrixStep]
    /// By activation site.
    let squarings: [Squaring]
    /// Positions by which a value is added to itself for the sums over its cells, one after the other.
    let cellFolds: [Int]
    /// By activation site, of its variable and the squares.
    package let placements: [Placement?]
    /// Of the logits.
    let output: Placement
    package let classCount: Int

    /// Images that share a ciphertext.
    package var imagesPerCiphertext: Int { parameters.slots / block }

    /// Ciphertexts that a batch of images is encrypted into.
    package var inputCiphertexts: Int { input.ciphertextCount }

    /// Ciphertexts that the logits come in.
    package var outputCiphertexts: Int { output.ciphertextCount }

    /// Images, one block after the other in each slot of their position: one slot vector for each ciphertext.
    ///
    /// - Parameter images: Of at most ``imagesPerCiphertext`` images the network's inputs, channel, height, width
    ///   order.
    /// - Throws: ``EncryptionError`` for too many or for images of another size.
    package func packed(_ images: [[Double]]) throws(EncryptionError) -> [[Double]] {
        guard images.count <= imagesPerCiphertext else {
            throw .imageCount(images.count, capacity: imagesPerCiphertext)
        }
        var slots = [[Double]](
            repeating: [Double](repeating: 0, count: parameters.slots), count: input.ciphertextCount)
        for (index, image) in images.enumerated() {
            guard image.count == inputShape.count else {
                throw .imageSize(values: image.count, expected: inputShape.count)
            }
            for (ciphertext, values) in input.blocks(of: image, block: block).enumerated() {
                for (position, value) in values.enumerated() {
                    slots[ciphertext][position * imagesPerCiphertext + index] = value
                }
            }
        }
        return slots
    }

    /// What one image has at the places of a value, from the decrypted slots of its ciphertexts.
    package func unpacked(_ slots: [[Double]], _ placement: Placement, image: Int) -> [Double] {
        zip(placement.ciphertexts, placement.positions).map { ciphertext, position in
            slots[Int(ciphertext)][Int(position) * imagesPerCiphertext + image]
        }
    }

    /// The logits of one image of a batch, from the decrypted slots of the result.
    package func logits(_ slots: [[Double]], image: Int) -> [Double] {
        unpacked(slots, output, image: image)
    }

    /// A block for each ciphertext as slots, the same for every image.
    func slots(of block: [Double], factor: Double = 1) -> [Double] {
        block.flatMap { [Double](repeating: $0 * factor, count: imagesPerCiphertext) }
    }
}
