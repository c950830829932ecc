import Network
import Testing

@Suite struct ScheduleTests {
    @Test func factorsAreThoseOfTorch() throws {
        let expected: [String: [Double]] = try TorchFixture.read("schedules")
        let kinds: [(String, Schedule)] = [
            ("one cycle", Schedule(.oneCycle(), steps: 20)), ("cosine", Schedule(.cosine(final: 0.125), steps: 20)),
        ]
        for (name, schedule) in kinds {
            let factors = try #require(expected[name])
            for (step, factor) in factors.enumerated() { #expect(abs(schedule.factor(at: step) - factor) < 1e-12) }
            #expect(schedule.factor(at: 1000) == schedule.factor(at: 19))
        }
    }

    @Test func warmUpGrowsEvenlyAndThenTheShapeBegins() {
        let schedule = Schedule(.cosine(), steps: 30, warmUp: 4)
        #expect((0..<4).map { schedule.factor(at: $0) } == [0.2, 0.4, 0.6, 0.8])
        #expect(schedule.factor(at: 4) == 1)
        #expect(schedule.factor(at: 29) < 1e-12)
        #expect(Schedule(.constant, warmUp: 1).factor(at: 7) == 1)
    }
}
