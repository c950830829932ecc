import Foundation
import Network
import Testing

@Suite struct WeightEncodingTests {
    @Test func weightsComeBackToTheBit() throws {
        let graph = try DigitsNetwork.imported().graph
        var other = graph
        for index in other.nodes.indices {
            switch other.nodes[index].operation {
            case .convolution(var convolution):
                convolution.weights = convolution.weights.map { $0 * 1.5 + 0.1 }
                convolution.bias = convolution.bias.map { $0 - 0.3 }
                other.nodes[index].operation = .convolution(convolution)
            case .linear(var linear):
                linear.bias = linear.bias.map { $0 + 7 }
                other.nodes[index].operation = .linear(linear)
            default: break
            }
        }
        let restored = try graph.withWeights(decoding: other.encodedWeights())
        #expect(restored.encodedWeights() == other.encodedWeights())
        #expect(restored.encodedWeights() != graph.encodedWeights())
    }

    @Test func damagedWeightsAreRefused() throws {
        let graph = try DigitsNetwork.imported().graph
        let data = graph.encodedWeights()
        for damaged in [Data(), data.prefix(4), data.dropLast(), data + [0], Data("CWTS".utf8) + [9], data.dropFirst()]
        {
            #expect(throws: InferenceError.self) { try graph.withWeights(decoding: damaged) }
        }
        var infinite = data
        infinite.replaceSubrange(9..<13, with: [0, 0, 0x80, 0x7F])
        #expect(throws: InferenceError.self) { try graph.withWeights(decoding: infinite) }
    }
}
