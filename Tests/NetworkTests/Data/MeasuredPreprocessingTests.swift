import Network
import Testing

@Suite struct MeasuredPreprocessingTests {
    @Test func bytesGetMeanAndDeviationOfEachChannel() {
        // Two images of two channels and two pixels.
        let set = ImageSet(
            shape: TensorShape(channels: 2, height: 1, width: 2), pixels: .bytes([0, 255, 51, 51, 255, 0, 51, 51]),
            labels: [0, 1])
        let measured = Preprocessing(measuredOn: set)
        #expect(measured.scale == 1 / 255.0)
        #expect(measured.mean == [0.5, 0.2])
        // The second channel is the same everywhere.
        #expect(measured.std == [0.5, 1])
    }

    @Test func floatsKeepTheirUnitAndFourDigits() {
        let set = ImageSet(
            shape: TensorShape(channels: 1, height: 1, width: 3), pixels: .floats([1e-5, 2e-5, 4e-5]), labels: [0])
        let measured = Preprocessing(measuredOn: set)
        #expect(measured.scale == 1)
        #expect(abs(measured.mean[0] - 2.333e-5) < 1e-12)
        #expect(abs(measured.std[0] - 1.247e-5) < 1e-12)
    }
}
