internal import ArgumentParser
internal import Encryption
internal import Foundation
internal import Network
internal import Store

/// `centroid check`: a plan as a CKKS circuit, run in clear, simulated or encrypted, and where the accuracy went.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Run a plan as a CKKS circuit, in clear, simulated or encrypted, and show which stage lost what.",
        discussion: """
            clear: the circuit's rotations, products and squarings on slots in double precision. simulated: the same \
            with the noise of CKKS. encrypted: under OpenFHE (make openfhe), at 128 bits of security. Each mode runs \
            the stages before it, too. --explain shows the circuit and what it takes, and runs nothing. With --mode \
            encrypted, a layer whose keys do not fit --memory-limit is refused.
            The figures say what encryption does to a network; they protect nothing. Nothing is written to the store; \
            Ctrl-C stops at any time. Every layer has evaluation keys for its own level. Where those of all layers do \
            not fit the memory limit, batches go through the circuit together, and keys are made layer after layer.
            """
    )

    @Argument(help: "The model's name.")
    var model: String

    @Option(help: "The plan's name, of which the newest is taken, or the start of its key.")
    var plan: String

    @Option(help: "clear, simulated or encrypted.")
    var mode: CheckMode = .simulated

    @Option(help: "Use this many images; the circuit is the one that is quickest for them.")
    var images = 8

    @Option(help: "validation, or test for a final figure.")
    var split: CheckSplit = .validation

    @Option(help: "The data set; by default the one that the model was trained on.")
    var data: String?

    @Flag(help: "Show the circuit, its levels, keys, estimated time and memory; run nothing.")
    var explain = false

    @Flag(help: "Evaluate in a process of its own, which gets files and no secret key.")
    var separate = false

    @Option(help: "Seed of the simulated noise.")
    var seed: UInt64 = 0

    @Option(help: "Threads; by default one for each processor. Results do not depend on them.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(
        help: ArgumentHelp(
            "Memory for keys, plaintexts and ciphertexts, such as 3GB: plaintexts beyond it are encoded in each batch.",
            valueName: "amount"),
        transform: { try ByteCount(parsing: $0) })
    var memoryLimit = CheckCommand.standardLimit

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private static let standardLimit = ByteCount(gibibytes: 3)

    func validate() throws {
        guard images > 0 else { throw ValidationError("--images \(images): choose 1 or more.") }
        guard threads > 0 else { throw ValidationError("--threads \(threads): choose 1 or more.") }
        guard !separate || mode == .encrypted else {
            throw ValidationError("--separate is for --mode encrypted: other modes have no keys to keep apart.")
        }
    }

    func run() throws {
        let store = try Store.reader(at: store.path)
        let loaded = try LoadedPlan(plan, of: model, in: store)
        loaded.noteNamesakes()
        let original = try ONNXImporter.graph(from: try store.onnx(of: loaded.model.id))
        let network = try PlannedNetwork(original: original, refitted: loaded.graph, plan: loaded.replacements)
        let set = try loaded.dataset(named: data, in: store).images(of: split.split)
        let count = min(images, set.count)
        if explain { return try show(loaded, images: count) }
        let check = try PlanCheck(
            network, set, 0..<count, preprocessing: loaded.preprocessing, threads: threads,
            memoryLimit: memoryLimit.bytes, makesKeys: mode == .encrypted)
        let console = Console(unit: "images")
        defer { console.clear() }
        func report(_ evaluation: EncryptedEvaluation) throws -> PlanCheck.Report {
            try check.run(upTo: mode.lastStage, seed: seed, evaluation: evaluation) { progress in
                let layers = progress.layersOfRound
                let detail =
                    layers == 0
                    ? progress.stage.rawValue
                    : "\(progress.stage.rawValue), \(layers) of \(check.circuit.matrices.count) layers"
                console.show(finished: progress.images, of: count, detail: detail)
            }
        }
        let found =
            if separate {
                try separately(in: CheckFolder(), loaded.record, images: count, report)
            } else {
                try report(.inProcess)
            }
        console.clear()
        let document = CheckDocument(found, check, loaded, command: self)
        if output.json {
            try JSONOutput.print(document)
        } else {
            print(document.rendered(style: .standardOutput))
        }
    }

    /// Runs a check whose server is a process of its own.
    private func separately(
        in folder: CheckFolder, _ plan: PlanRecord, images: Int,
        _ report: (EncryptedEvaluation) throws -> PlanCheck.Report
    ) throws -> PlanCheck.Report {
        try report(
            .separate(folder.files) { batches in
                let arguments = [
                    "evaluate", model, "--plan", plan.key, "--images", "\(images)", "--folder", folder.files.path,
                    "--batches", "\(batches)", "--threads", "\(threads)", "--memory-limit", "\(memoryLimit.bytes)b",
                    "--store", store.path,
                ]
                return try EvaluatingProcess(arguments: arguments, folder: folder).times()
            })
    }

    private func show(_ loaded: LoadedPlan, images: Int) throws {
        let circuit = try Circuit(
            loaded.graph, plan: loaded.replacements, images: images, memoryLimit: memoryLimit.bytes)
        let cost = CircuitCost(showing: circuit, images: images, memoryLimit: memoryLimit.bytes)
        let document = CircuitDocument(circuit, cost, loaded, threads: threads)
        if output.json {
            try JSONOutput.print(document)
        } else {
            print(document.rendered(style: .standardOutput))
        }
        // What does not fit is refused here as it would be without --explain.
        if mode == .encrypted { _ = try CircuitCost(circuit, images: images, memoryLimit: memoryLimit.bytes) }
    }
}

/// The images of a check.
enum CheckSplit: String, CaseIterable, ExpressibleByArgument {
    case validation
    case test

    var split: Split { self == .validation ? .validation : .test }
}
