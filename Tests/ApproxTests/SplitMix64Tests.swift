import Approx
import Testing

@Suite struct SplitMix64Tests {
    /// The first outputs of the authors' C code for this seed.
    @Test func outputsAreThoseOfTheReferenceCode() {
        var random = SplitMix64(seed: 1_234_567)
        let outputs = (0..<5).map { _ in random.next() }
        #expect(
            outputs == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test func unitsFillTheUnitInterval() {
        var random = SplitMix64(seed: 3)
        let units = (0..<20_000).map { _ in random.nextUnit() }
        #expect(units.allSatisfy { 0 <= $0 && $0 < 1 })
        let mean = units.reduce(0, +) / 20_000
        // Five standard errors of a uniform mean.
        #expect(abs(mean - 0.5) < 5 * (1.0 / 12 / 20_000).squareRoot())
    }

    @Test func streamsDiffer() {
        let firsts = (0..<10 as Range<UInt64>).flatMap { degree in
            (0..<10 as Range<UInt64>).map { channel in
                var random = SplitMix64(seed: 1, stream: degree, channel)
                return random.next()
            }
        }
        #expect(Set(firsts).count == 100)
    }
}
