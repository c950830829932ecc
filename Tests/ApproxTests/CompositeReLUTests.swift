import Approx
import Foundation
import Testing

@Suite struct CompositeReLUTests {
    @Test(arguments: BestApproximations.all.signs) func componentsAreThoseOf40Digits(
        expected: BestApproximations.Sign
    ) throws {
        let sign = try MinimaxSign(degrees: expected.degrees, gap: expected.gap)
        #expect(sign.composite.components.map(\.degree) == expected.degrees)
        for (found, error) in zip(sign.errors, expected.errors) {
            // An error of one component moves the range of the next, which multiplies it a few times.
            #expect(abs(found - error) < 1e-8 * error)
        }
    }

    @Test(arguments: CompositeReLU.precisions) func errorIsBelowThePrecision(precision: Int) throws {
        let relu = try CompositeReLU(precision: precision, bound: 1)
        #expect(relu.error <= exp2(-Double(precision)))
        // Points of its own, dense near 0, where all oscillations of the first component's slope are.
        let points = (-200_000...200_000).map { Double($0) / 200_000 }
        let dense = (0...20_000).map { exp2(-24 * Double($0) / 20_000) }.flatMap { [$0, -$0] }
        let largest = (points + dense).map { abs(relu($0) - max($0, 0)) }.max() ?? 0
        #expect(largest <= relu.error * (1 + 1e-6))
        #expect(largest > 0.98 * relu.error, "the stated error is attained")
    }

    @Test(arguments: [
        (4, [5], 4), (5, [13], 5), (6, [3, 7], 6), (7, [7, 7], 7), (8, [7, 15], 8), (9, [15, 15], 9),
        (10, [7, 7, 13], 11), (11, [7, 7, 27], 12), (12, [7, 15, 27], 13), (13, [15, 15, 27], 14),
    ]) func degreesAndDepthAreThePublishedOnes(precision: Int, degrees: [Int], depth: Int) throws {
        let relu = try CompositeReLU(precision: precision, bound: 1)
        #expect(relu.sign.components.map(\.degree) == degrees)
        #expect(relu.sign.degree == degrees.reduce(1, *))
        #expect(relu.depth == depth)
    }

    @Test func boundStretchesTheRange() throws {
        let unit = try CompositeReLU(precision: 8, bound: 1)
        let wide = try CompositeReLU(precision: 8, bound: 40)
        #expect(abs(wide.error - 40 * unit.error) < 1e-12)
        for x in stride(from: -1.0, through: 1.0, by: 0.03125) {
            #expect(abs(wide(40 * x) - 40 * unit(x)) < 1e-11)
        }
    }

    @Test func componentsAreOdd() throws {
        let relu = try CompositeReLU(precision: 10, bound: 3)
        for component in relu.sign.components {
            let even = stride(from: 0, through: component.degree, by: 2)
            #expect(even.allSatisfy { component.coefficients[$0] == 0 })
        }
        #expect(abs(relu(1.5) - relu(-1.5) - 1.5) < 1e-14)
    }

    @Test func onlyKnownPrecisionsAndBoundsAreMade() {
        for precision in [-1, 3, 14] {
            #expect(throws: ApproxError.precisionOutOfRange(precision, allowed: 4...13)) {
                try CompositeReLU(precision: precision, bound: 1)
            }
        }
        for bound in [0, -2, Double.infinity] {
            #expect(throws: ApproxError.boundOutOfRange(bound)) { try CompositeReLU(precision: 7, bound: bound) }
        }
    }

    @Test func codingKeepsEveryBit() throws {
        let relu = try CompositeReLU(precision: 9, bound: 12.5)
        let decoded = try JSONDecoder().decode(CompositeReLU.self, from: JSONEncoder().encode(relu))
        #expect(decoded == relu)
        #expect(decoded(7.3).bitPattern == relu(7.3).bitPattern)
    }

    @Test(arguments: [
        #"{"precision": 3, "bound": 1, "error": 0, "sign": {"components": [COMPONENT]}}"#,
        #"{"precision": 7, "bound": 0, "error": 0, "sign": {"components": [COMPONENT]}}"#,
        #"{"precision": 7, "bound": 1, "error": 0.01, "sign": {"components": [COMPONENT]}}"#,
        #"{"precision": 7, "bound": 1, "error": 0, "sign": {"components": []}}"#,
        #"{"precision": 7, "bound": 1, "error": 0, "sign": {"components": [{"basis": "chebyshev"}]}}"#,
    ]) func nonsenseDoesNotDecode(json: String) throws {
        let component = #"{"basis": "chebyshev", "coefficients": [0, 1], "domain": [-1, 1]}"#
        let text = json.replacing("COMPONENT", with: component)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(CompositeReLU.self, from: Data(text.utf8)) }
        let sound = #"{"precision": 7, "bound": 1, "error": 0, "sign": {"components": [\#(component)]}}"#
        #expect(throws: Never.self) { try JSONDecoder().decode(CompositeReLU.self, from: Data(sound.utf8)) }
    }
}
