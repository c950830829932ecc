internal import ArgumentParser
internal import Network

/// The whole training part of a data set into memory.
struct ReadBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "read")

    @Option var data: String

    func run() throws {
        var count = 0
        let seconds = try Stopwatch.seconds {
            count = try Dataset.open(at: data).images(.training).count
        }
        try Measurement(["seconds": seconds, "images": Double(count)]).print()
    }
}
