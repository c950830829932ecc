internal import Approx
internal import ArgumentParser

/// All degrees of one layer with the fitters that need no clustering, from its statistics on.
struct DegreesBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "degrees")

    @Option var values: String
    @Option var first: Int
    @Option var last: Int

    func run() throws {
        let statistics = try RawActivations(at: values).statistics()
        let degrees = try (first...last).map { try Degree($0) }
        var figures: [String: Double] = [:]
        var total = 0.0
        for kind in [FitterKind.leastSquares, .minimax, .hermite] {
            let seconds = try Stopwatch.seconds {
                _ = try kind.fit(statistics, of: .relu, degrees: degrees, settings: FitSettings())
            }
            figures[kind.rawValue] = seconds
            total += seconds
        }
        figures["seconds"] = total
        try Measurement(figures).print()
    }
}
