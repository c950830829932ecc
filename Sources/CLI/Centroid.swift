internal import ArgumentParser
internal import Foundation
internal import Worker

/// The `centroid` command.
struct Centroid: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "centroid",
        abstract: "Polynomial activations for encrypted neural networks, fitted to what each layer really sees.",
        discussion: """
            A first run:
              centroid init
              centroid data add mnist --path DIR
              centroid model add lenet5.onnx --preprocess lenet5.json
              centroid run lenet5 --degrees 2...7
              centroid best lenet5
            """,
        version: BuildVersion.description,
        subcommands: [
            InitCommand.self, ModelCommand.self, DataCommand.self, SweepCommand.self, WorkCommand.self,
            RunCommand.self, TrainCommand.self, SearchCommand.self, ReproduceCommand.self,
            BestCommand.self, ReportCommand.self, ExplainCommand.self, CheckCommand.self,
            ChecksCommand.self,
            ExportCommand.self, StatusCommand.self,
            JobsCommand.self, RetryCommand.self, CancelCommand.self, WorkerSubcommand.self,
            EvaluateSubcommand.self, StoreCommand.self,
        ]
    )
}

@main
enum Main {
    static func main() {
        // A file larger than the system lets it be is a failed write, and says so.
        signal(SIGXFSZ, SIG_IGN)
        StandardStreams.fill()
        do {
            try refuseEmpty(CommandLine.arguments)
            var command = try Centroid.parseAsRoot()
            try command.run()
            try flushOutput()
        } catch let error where Centroid.exitCode(for: error) != .failure || isParserError(error) {
            // Help, version and typing errors: the parser prints them with the usage of the command they belong to.
            Centroid.exit(withError: error)
        } catch {
            let failure = CommandFailure(error)
            StandardError.writeLine(Style.standardError.red("centroid: ") + failure.description)
            exit(failure.status.rawValue)
        }
    }

    /// Nothing here may be empty: no file, name or number. What is was meant to be the value of a variable.
    private static func refuseEmpty(_ arguments: [String]) throws(CommandFailure) {
        for (before, argument) in zip(arguments, arguments.dropFirst()) {
            let isOption = argument.hasPrefix("--") && argument.firstIndex(of: "=") == argument.indices.last
            guard argument.isEmpty || isOption else { continue }
            let place = isOption ? argument : before
            throw CommandFailure(.usage, "what follows \(place) is empty; was the value of a variable to stand there?")
        }
    }

    /// A result that did not reach its file (a full disk, say) is not a success.
    private static func flushOutput() throws {
        guard fflush(nil) == 0 else {
            let reason = String(cString: strerror(errno))
            throw CommandFailure(.inputOutput, "the output could not be written: \(reason); run the command again")
        }
    }

    private static func isParserError(_ error: any Error) -> Bool {
        error is ValidationError || error is ExitCode || error is CleanExit
    }
}
