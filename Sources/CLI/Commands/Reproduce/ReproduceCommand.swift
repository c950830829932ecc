internal import ArgumentParser
internal import Foundation
internal import Store

/// `centroid reproduce`: the paper's comparison, run here, beside what the paper says.
struct ReproduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract:
            "Run every method of the paper's comparison that is missing, and print its tables with ours beside them.",
        discussion: """
            LeNet-5 on MNIST, ResNet-20 and ResNet-32 on CIFAR-10, each with its activations replaced by every method: \
            accuracy, preparation and inference, in clear, predicted under encryption, and as measured where an encrypted \
            check of the plan is in the store (centroid check --mode encrypted). Networks and data sets are taken from the \
            store, or added from the folders of --models and --data; without a folder of models, networks are trained \
            here.
            Everything is a job: after Ctrl-C or kill -9 the same command goes on, and what is there is not made again. \
            Each plan sees the test images once. --quick takes LeNet-5 and ResNet-20 with less of everything, about a \
            quarter of an hour on two cores, and says what it has reduced; the full run takes hours to days.
            """
    )

    @Flag(help: "The tables of Nam, Joo, Ha and Paek (2024).")
    var paper = false

    @Flag(help: "LeNet-5, and ResNet-20 with less of everything.")
    var quick = false

    @Flag(help: "Print what the store has; run nothing.")
    var show = false

    @Option(
        help: ArgumentHelp(
            "Only these: \(NamedWord.list(PaperNetwork.self)), comma-separated.", valueName: "names"),
        transform: { try NetworkNames(parsing: $0) })
    var networks: NetworkNames?

    @Option(
        help: ArgumentHelp(
            "Folder with the trained networks, such as lenet5-mnist.onnx and .json; also CENTROID_MODELS.",
            valueName: "folder"))
    var models: String?

    @Option(
        help: ArgumentHelp("Folder with mnist/ and cifar10/; also CENTROID_DATA.", valueName: "folder"))
    var data: String?

    @OptionGroup var work: WorkOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard paper else { throw ValidationError("Say what to reproduce: --paper, for the tables of the paper.") }
        let ofRuns = [
            models.map { _ in "--models" }, data.map { _ in "--data" }, work.workers.map { _ in "--workers" },
            work.memoryLimit.map { _ in "--memory-limit" }, work.timeout.first.map { _ in "--timeout" },
            work.drainDeadline.map { _ in "--drain-deadline" },
        ]
        if show, let option = ofRuns.compactMap(\.self).first {
            throw ValidationError("\(option) is for what is to be run, and --show runs nothing; leave out one of them.")
        }
    }

    func run() throws {
        let path = store.path
        let chosen = networks?.networks ?? (quick ? [.lenet5, .resnet20] : PaperNetwork.allCases)
        let store = try show ? Store.reader(at: path) : Store.open(at: path)
        let failure = show ? nil : try make(chosen, in: store, at: path)
        let document = try ReproductionDocument(chosen, isQuick: quick, in: store)
        if output.json {
            try JSONOutput.print(document)
        } else {
            print(document.rendered(style: .standardOutput))
        }
        if let failure { throw failure }
    }

    /// Makes what is missing.
    ///
    /// - Returns: Why the first method that failed did; the others are made all the same.
    private func make(_ networks: [PaperNetwork], in store: Store, at path: String) throws -> CommandFailure? {
        // What is not there is found before any work is done.
        let source = NetworkSource(
            store: store, path: path, settings: { work.settings(store: path, scope: $0) },
            models: try folder(models, "--models", "CENTROID_MODELS"),
            data: try folder(data, "--data", "CENTROID_DATA"))
        for network in networks { try source.add(network, effort: effort(network)) }
        var failure: CommandFailure?
        for network in networks {
            let effort = effort(network)
            var title = network.modelName
            // What one method or network cannot do leaves the others.
            func trying(_ body: () throws -> Void) throws {
                do {
                    try body()
                } catch let error where !(error is ExitCode) {
                    let reason = CommandFailure(error)
                    StandardError.writeLine("note: \(title) is not there: \(reason)")
                    failure = failure ?? reason
                }
            }
            var made: ReproducedNetwork?
            try trying {
                made = try ReproducedNetwork(source.model(network, effort: effort), effort: effort, in: store)
            }
            guard let subject = made else { continue }
            for method in ReproducedMethods.all {
                title = "\(subject.model.name), \(method.column.rawValue): \(method.name(with: effort))"
                try trying {
                    guard try method.plan(for: subject, in: store) == nil else { return }
                    try SignalEscalation.ofProcess.stopIfHeard()
                    StandardError.writeLine(title)
                    try method.make(for: subject, in: store) { try work.finish($0, in: store, at: path) }
                }
            }
        }
        return failure
    }

    private func effort(_ network: PaperNetwork) -> ReproductionEffort { quick ? .quick(network) : .full(network) }

    private func folder(_ given: String?, _ option: String, _ variable: String) throws -> String? {
        guard let given else {
            // Looked for where something is taken from it.
            return ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        }
        guard FileManager.default.isFolder(given) else {
            throw CommandFailure(
                .noInput, "\(option) \(given): there is no such folder; check the path, or leave it out")
        }
        return given
    }
}
