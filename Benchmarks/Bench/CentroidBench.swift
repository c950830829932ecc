internal import ArgumentParser

/// Times one hot path and prints what it took as JSON; `Benchmarks/run` puts the peers beside it.
@main
struct CentroidBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "centroid-bench",
        abstract: "Time one of Centroid's hot paths.",
        subcommands: [
            InferenceBench.self, TrainBench.self, GuidedBench.self, FitBench.self, DegreesBench.self, ReadBench.self,
            QueueBench.self, StoreBench.self, CheckBench.self, SearchBench.self, ActivationsBench.self,
            ClusteringBench.self,
        ]
    )
}
