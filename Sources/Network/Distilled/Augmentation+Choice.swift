extension Augmentation {
    /// About so many images, spread over the set, are looked at.
    private static let choiceImages = 1000
    /// A change is kept if the original network still sees the same class in this share of the changed images.
    private static let keptShare = 0.95

    /// The usual changes, flips and shifts by up to an eighth of the side, as far as the network's own predictions bear
    /// them: a flipped cat is a cat, a flipped 3 is no digit.
    ///
    /// - Parameter checkpoint: Called after each batch.
    static func borne(
        by network: ForwardEngine, images: ImageSet, preprocessing: Preprocessing, seed: UInt64,
        checkpoint: () throws -> Void
    ) throws -> Augmentation {
        let parts = images.spread(choiceImages, by: TrainingEngine.defaultMicroBatch)
        func classes(_ augmentation: Augmentation) throws -> [Int] {
            let changed = try TrainingImages(
                images, preprocessing: preprocessing, augmentation: augmentation, seed: seed)
            return try network.classes(changed, parts, checkpoint: checkpoint)
        }
        let plain = try classes(.none)
        var chosen = Augmentation.none
        let shift = min(images.shape.height, images.shape.width) / 8
        for candidate in [Augmentation(flips: true), Augmentation(padding: shift, border: .mirrored)] {
            let found = try classes(candidate)
            let changed = parts.joined().map {
                candidate.change(seed: seed, epoch: 0, image: $0) != Change(down: 0, right: 0, flips: false)
            }
            let agreeing = zip(zip(plain, found), changed).count { $1 && $0.0 == $0.1 }
            guard Double(agreeing) >= keptShare * Double(changed.count { $0 }) else { continue }
            chosen.flips = chosen.flips || candidate.flips
            if candidate.padding > 0 { (chosen.padding, chosen.border) = (candidate.padding, candidate.border) }
        }
        return chosen
    }
}

extension ForwardEngine {
    /// The first largest logit of each image, changed as in epoch 0.
    fileprivate func classes(
        _ images: TrainingImages, _ parts: [Range<Int>], checkpoint: () throws -> Void
    ) throws -> [Int] {
        let size = images.set.shape.count, batch = TrainingEngine.defaultMicroBatch
        var input = [Float](repeating: 0, count: batch * size)
        var classes: [Int] = []
        for part in parts {
            input.withUnsafeMutableBufferPointer { input in
                guard let destination = input.baseAddress else { return }
                for image in part {
                    images.write(image, epoch: 0, into: destination + (image - part.lowerBound) * size)
                }
            }
            try input.withUnsafeBufferPointer { input in
                try withPass(over: input, images: part.count) { pass in
                    let logits = pass.logits, width = logits.count / part.count
                    for image in 0..<part.count {
                        let own = logits[image * width..<(image + 1) * width]
                        classes.append((own.indices.max { own[$0] < own[$1] } ?? own.startIndex) - own.startIndex)
                    }
                }
            }
            try checkpoint()
        }
        return classes
    }
}
