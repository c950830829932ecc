internal import Approx
internal import ArgumentParser
internal import Foundation

/// The seed's fit of one layer, from raw activations to the polynomial.
struct FitBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "fit")

    @Option var values: String
    @Option var degree: Int
    @Option var restarts: Int
    @Option var threads: Int

    func run() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: values))
        let activations = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        let degree = try Degree(degree)
        var fit: Fit?
        let seconds = try Stopwatch.seconds {
            let statistics = activations.withUnsafeBufferPointer { LayerStatistics.ofValues($0, threads: threads) }
            fit = try FitterKind.centroid.fit(
                statistics, of: .relu, degrees: [degree], settings: FitSettings(restarts: restarts)
            ).first
        }
        try Measurement(["seconds": seconds, "inertia": fit?.inertia ?? .nan]).print()
    }
}
