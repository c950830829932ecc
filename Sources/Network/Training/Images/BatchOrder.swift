/// The batches of a training, step after step: pass after pass over the images, each in an order of its own.
struct BatchOrder {
    let images: Int
    /// Images in a batch.
    let size: Int
    let seed: UInt64
    private var epoch: (number: Int, batches: [TrainingBatch])?

    init(images: Int, size: Int, seed: UInt64) {
        self.images = images
        self.size = size
        self.seed = seed
    }

    /// Steps in a pass over the images.
    var perEpoch: Int { max(images / size, 1) }

    /// The batch of a step, counted from 0.
    mutating func batch(at step: Int) -> TrainingBatch {
        let number = step / perEpoch
        if epoch?.number != number {
            epoch = (number, TrainingBatch.epoch(number, of: images, size: size, seed: seed))
        }
        return epoch?.batches[step % perEpoch] ?? TrainingBatch(indices: [])
    }
}
