import Foundation
import Network
import Testing

@Suite struct PredictionsTests {
    @Test func encodingKeepsEveryClass() throws {
        let predictions = Predictions(classes: [0, 9, -1, 255, 256, .max, 3])
        #expect(try Predictions(decoding: predictions.encoded()) == predictions)
        let json = try JSONEncoder().encode([predictions])
        #expect(try JSONDecoder().decode([Predictions].self, from: json) == [predictions])
        #expect(try Predictions(decoding: Predictions(classes: []).encoded()).count == 0)
    }

    @Test(arguments: [Data(), Data([0]), Data([2, 0, 0]), Data([1, 0]), Data([1, 0xFE, 0xFF])])
    func damagedEncodingIsRefused(data: Data) {
        #expect(throws: InferenceError.self) { _ = try Predictions(decoding: data) }
    }

    @Test func encodingIsTheSameOnEveryMachine() {
        #expect(Predictions(classes: [1, -1, 0x0102]).encoded() == Data([1, 1, 0, 0xFF, 0xFF, 2, 1]))
    }
}
