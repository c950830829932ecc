import Chart
import Testing

@Suite struct NiceTicksTests {
    @Test(arguments: [
        (0.0...100.0, ["0", "20", "40", "60", "80", "100"]),
        (88.3...92.7, ["89", "90", "91", "92"]),
        (-3.2...11.9, ["0", "5", "10"]),
        (0.012...0.0391, ["0.015", "0.020", "0.025", "0.030", "0.035"]),
        (-0.3...0.3, ["-0.2", "0.0", "0.2"]),
        (1e-9...3e-9, ["1e-09", "1.5e-09", "2e-09", "2.5e-09", "3e-09"]),
        (1.2e6...1.9e6, ["1.2e+06", "1.4e+06", "1.6e+06", "1.8e+06"]),
    ])
    func roundNumbers(_ range: ClosedRange<Double>, labels: [String]) {
        let ticks = NiceTicks(over: range, most: 6)
        #expect(ticks.labels == labels)
        let slack = 1e-9 * (range.upperBound - range.lowerBound)
        #expect(ticks.values.allSatisfy { range.lowerBound - slack <= $0 && $0 <= range.upperBound + slack })
    }

    @Test(arguments: 2...12) func neverMoreThanAsked(most: Int) {
        for width in stride(from: 0.013, through: 900, by: 7.7) {
            for start in [-31.7, 0, 0.004, 5000] {
                let ticks = NiceTicks(over: start...start + width, most: most)
                #expect(ticks.values.count <= most, "\(start) \(width)")
            }
        }
    }

    @Test func wholeNumbersOnly() {
        #expect(NiceTicks(over: 38...40, most: 10, wholeNumbers: true).labels == ["38", "39", "40"])
        #expect(NiceTicks(over: 0.2...0.8, most: 10, wholeNumbers: true).values.isEmpty)
    }

    @Test func aRangeOfOneValueHasThatTick() {
        #expect(NiceTicks(over: 7...7, most: 5, wholeNumbers: true).labels == ["7"])
    }
}
