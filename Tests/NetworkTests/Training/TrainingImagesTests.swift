import Network
import Testing

@Suite struct TrainingImagesTests {
    /// What the network reads for each image of a batch.
    private func inputs(
        _ set: ImageSet, _ augmentation: Augmentation, _ batch: TrainingBatch, microBatch: Int = 4, threads: Int = 1,
        mixup: Mixup = .none, seed: UInt64 = 3
    ) throws -> [Float] {
        var network = SmallNetwork(input: set.shape)
        let graph = network.graph(output: network.linear(network.flatten(network.input), to: 2))
        let engine = try TrainingEngine(TrainableNetwork(graph: graph), microBatch: microBatch, threads: threads)
        let preprocessing = Preprocessing(scale: 0.5, mean: [1, 2], std: [2, 4])
        let images = try TrainingImages(
            set, preprocessing: preprocessing, augmentation: augmentation, mixup: mixup, seed: seed)
        return try engine.run(batch, of: images, values: engine.network.initialValues) { Array($0.forward.input) }
            .flatMap { $0 }
    }

    private let shape = TensorShape(channels: 2, height: 6, width: 5)
    private var bytes: ImageSet {
        ImageSet(
            shape: shape, pixels: .bytes((0..<20 * 60).map { UInt8($0 * 37 % 251 + 1) }),
            labels: Array(repeating: 0, count: 20))
    }

    @Test func imagesWithoutAugmentationAreOnlyPreprocessed() throws {
        let read = try inputs(bytes, .none, TrainingBatch(indices: [7, 2]))
        guard case .bytes(let raw) = bytes.pixels else {
            Issue.record("the set holds no bytes")
            return
        }
        for (place, image) in [7, 2].enumerated() {
            for index in 0..<60 {
                let (mean, std) = index < 30 ? (1.0, 2.0) : (2.0, 4.0)
                #expect(read[place * 60 + index] == Float((Double(raw[image * 60 + index]) * 0.5 - mean) / std))
            }
        }
        let floats = ImageSet(shape: shape, pixels: .floats(raw.map(Float.init)), labels: bytes.labels)
        #expect(
            largestDifference(try inputs(floats, .none, TrainingBatch(indices: [7, 2])), read.map(Double.init)) < 1e-5)
    }

    /// Each mixed image is its own beside a lighter one of the set: found by trying all.
    @Test func mixedImagesAreBlendsOfTwo() throws {
        let batch = TrainingBatch(indices: Array(0..<20), epoch: 2)
        let plain = try inputs(bytes, .none, batch)
        let mixed = try inputs(bytes, .none, batch, mixup: Mixup(share: 0.5))
        func image(_ values: [Float], _ index: Int) -> [Float] { Array(values[index * 60..<(index + 1) * 60]) }
        var (alone, partners): (Int, Set<Int>) = (0, [])
        for index in 0..<20 {
            let (own, found) = (image(plain, index), image(mixed, index))
            if own == found {
                alone += 1
                continue
            }
            let partner = (0..<20).first { candidate in
                let other = image(plain, candidate)
                let place = other.indices.max { abs(other[$0] - own[$0]) < abs(other[$1] - own[$1]) } ?? 0
                let weight = (found[place] - own[place]) / (other[place] - own[place])
                return (0..<0.5).contains(weight)
                    && other.indices.allSatisfy { abs(own[$0] + weight * (other[$0] - own[$0]) - found[$0]) < 1e-3 }
            }
            partners.insert(try #require(partner))
        }
        #expect((4...16).contains(alone))
        #expect(partners.count > 3)
        #expect(try inputs(bytes, .none, batch, microBatch: 16, threads: 2, mixup: Mixup(share: 0.5)) == mixed)
        #expect(try inputs(bytes, .none, batch, mixup: Mixup(share: 0.5), seed: 4) != mixed)
    }

    @Test(arguments: [-0.1, 1.5, .nan]) func impossibleSharesAreRefused(share: Double) {
        #expect(throws: TrainingError.self) {
            try inputs(bytes, .none, TrainingBatch(indices: [0]), mixup: Mixup(share: share))
        }
    }

    /// Each image is found among all shifts and flips of the original, done here in the plainest way.
    @Test(arguments: [Augmentation.Border.black, .mirrored])
    func augmentedImagesAreShiftedAndFlippedOnes(border: Augmentation.Border) throws {
        guard case .bytes(let raw) = bytes.pixels else {
            Issue.record("the set holds no bytes")
            return
        }
        let read = try inputs(
            bytes, .init(padding: 2, border: border, flips: true), TrainingBatch(indices: Array(0..<20), epoch: 1))
        var shifts: Set<[Int]> = []
        for image in 0..<20 {
            let own = Array(read[image * 60..<(image + 1) * 60])
            var found: [Int]?
            for down in -2...2 {
                for right in -2...2 {
                    for flip in [false, true] where own == moved(raw, image, down, right, flip, border) {
                        found = [down, right, flip ? 1 : 0]
                    }
                }
            }
            shifts.insert(try #require(found, "image \(image)"))
        }
        #expect(shifts.count > 10)
        #expect(Set(shifts.map { $0[2] }) == [0, 1])
    }

    private func moved(
        _ raw: [UInt8], _ image: Int, _ down: Int, _ right: Int, _ flip: Bool, _ border: Augmentation.Border
    ) -> [Float] {
        (0..<60).map { index in
            let (channel, row, place) = (index / 30, index / 5 % 6, index % 5)
            var (from, across) = (row + down, (flip ? 4 - place : place) + right)
            if border == .mirrored {
                // 2 1 0 1 2 3 4 5 4 3: there and back again.
                from = [2, 1, 0, 1, 2, 3, 4, 5, 4, 3][from + 2]
                across = [2, 1, 0, 1, 2, 3, 4, 3, 2][across + 2]
            }
            let isInside = (0..<6).contains(from) && (0..<5).contains(across)
            let value = isInside ? raw[image * 60 + channel * 30 + from * 5 + across] : 0
            return Float((Double(value) * 0.5 - Double(channel + 1)) / Double(2 * (channel + 1)))
        }
    }

    @Test func mirroredPaddingStaysInsideTheImage() throws {
        let all = Augmentation(padding: 4, border: .mirrored)
        #expect(try inputs(bytes, all, TrainingBatch(indices: [0])).count == 4 * 60 / 4)
        #expect(throws: TrainingError.self) {
            try inputs(bytes, Augmentation(padding: 5, border: .mirrored), TrainingBatch(indices: [0]))
        }
    }

    @Test func augmentationDependsOnSeedEpochAndImageOnly() throws {
        let augmentation = Augmentation(padding: 3, flips: true)
        let all = try inputs(bytes, augmentation, TrainingBatch(indices: Array(0..<20), epoch: 2))
        let turned = try inputs(
            bytes, augmentation, TrainingBatch(indices: Array((0..<20).reversed()), epoch: 2), microBatch: 7, threads: 2
        )
        for image in 0..<20 {
            #expect(all[image * 60..<(image + 1) * 60] == turned[(19 - image) * 60..<(20 - image) * 60])
        }
        #expect(all != (try inputs(bytes, augmentation, TrainingBatch(indices: Array(0..<20), epoch: 3))))
        #expect(all != (try inputs(bytes, augmentation, TrainingBatch(indices: Array(0..<20), epoch: 2), seed: 4)))
    }

    @Test func epochsAreDifferentOrdersOfTheSameImages() {
        let first = TrainingBatch.epoch(0, of: 50, size: 8, seed: 1)
        let second = TrainingBatch.epoch(1, of: 50, size: 8, seed: 1)
        #expect(first.count == 6 && second.count == 6)
        #expect(first.allSatisfy { $0.indices.count == 8 && $0.epoch == 0 })
        let seen = first.flatMap(\.indices)
        #expect(Set(seen).count == 48 && seen.allSatisfy { (0..<50).contains($0) })
        #expect(seen != second.flatMap(\.indices))
        #expect(seen != seen.sorted())
        #expect(first == TrainingBatch.epoch(0, of: 50, size: 8, seed: 1))
        #expect(first != TrainingBatch.epoch(0, of: 50, size: 8, seed: 2))
        #expect(TrainingBatch.epoch(0, of: 5, size: 8, seed: 1).isEmpty)
    }
}
