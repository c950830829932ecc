import Foundation
import Network
import Testing

@Suite struct ImageSetWriteTests {
    private let preprocessing = Preprocessing(
        scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])

    private func written(_ images: ImageSet, _ range: Range<Int>, _ preprocessing: Preprocessing) -> [Float] {
        let count = range.count * images.shape.count
        return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress { images.write(range, preprocessing: preprocessing, into: base) }
            initialized = count
        }
    }

    @Test func bytesFollowTheFormula() {
        let shape = TensorShape(channels: 3, height: 4, width: 5)
        let bytes = DataFixtures.pixels(count: 4, shape: shape)
        let images = ImageSet(shape: shape, pixels: .bytes(bytes), labels: [0, 1, 2, 3])
        let values = written(images, 1..<3, preprocessing)
        for index in values.indices {
            let channel = index / 20 % 3
            let pixel = Double(bytes[60 + index])
            let expected = (pixel / 255 - preprocessing.mean[channel]) / preprocessing.std[channel]
            #expect(abs(Double(values[index]) - expected) < 1e-6, "one rounding to float, values up to 3")
        }
    }

    @Test func floatsFollowTheFormula() {
        let shape = TensorShape(channels: 3, height: 2, width: 3)
        let floats = (0..<36).map { Float($0) * 1.5 - 7 }
        let images = ImageSet(shape: shape, pixels: .floats(floats), labels: [0, 1])
        let values = written(images, 1..<2, preprocessing)
        for index in values.indices {
            let channel = index / 6
            let expected =
                (Double(floats[18 + index]) / 255 - preprocessing.mean[channel]) / preprocessing.std[channel]
            #expect(abs(Double(values[index]) - expected) < 1e-6, "one rounding to float, values up to 3")
        }
    }

    @Test func emptyRangeWritesNothing() {
        let images = ImageSet(
            shape: TensorShape(channels: 1), pixels: .bytes([7]), labels: [0])
        #expect(written(images, 1..<1, Preprocessing(scale: 1, mean: [0], std: [1])).isEmpty)
    }
}
