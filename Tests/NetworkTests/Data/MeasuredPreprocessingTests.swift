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

    /// Whatever mean and mean square are rounded to.
    @Test(arguments: [19, 23, 25, 33, 255] as [UInt8])
    func channelsThatAreTheSameEverywhereStayAsTheyAre(_ value: UInt8) {
        let shape = TensorShape(channels: 1, height: 8, width: 7)
        let bytes = ImageSet(shape: shape, pixels: .bytes(Array(repeating: value, count: 56)), labels: [0])
        #expect(Preprocessing(measuredOn: bytes).std == [1])
        let float = Float(value) / 7
        let floats = ImageSet(shape: shape, pixels: .floats(Array(repeating: float, count: 56)), labels: [0])
        let measured = Preprocessing(measuredOn: floats)
        #expect(measured.std == [1])
        #expect(abs(measured.mean[0] - Double(float)) < 1e-4)
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
