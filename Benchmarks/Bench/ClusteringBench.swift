internal import Approx
internal import ArgumentParser

/// The seed's fit of some of a layer's activations, and how far its polynomial is from ReLU on all of them.
struct ClusteringBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "clustering")

    @Option var values: String
    @Option(help: "Activations to fit, the first of the file.") var count: Int
    @Option var degree: Int
    @Option var restarts: Int
    @Option var repeats: Int

    func run() throws {
        let all = try RawActivations(at: values)
        let sample = RawActivations(values: Array(all.values.prefix(count)))
        let degree = try Degree(degree)
        let settings = FitSettings(restarts: restarts)
        func fit() throws -> [Fit] {
            try FitterKind.centroid.fit(sample.statistics(), of: .relu, degrees: [degree], settings: settings)
        }
        // The first one warms up.
        let polynomial = try fit()[0].approximation.polynomials[0]
        let seconds = try (0..<repeats).map { _ in try Stopwatch.seconds { _ = try fit() } }.sorted()
        let squares = all.values.reduce(0.0) { total, value in
            let error = polynomial(Double(value)) - Double(max(value, 0))
            return total + error * error
        }
        let error = (squares / Double(all.values.count)).squareRoot()
        try Measurement(["seconds": seconds[seconds.count / 2], "error": error]).print()
    }
}
