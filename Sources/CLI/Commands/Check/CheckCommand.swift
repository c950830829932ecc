internal import ArgumentParser
internal import Encryption
internal import Network
internal import Scheduler
internal import Store
internal import Worker

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
            A check is a job that runs alone, on all processors. What it finds is kept in the store: the same check \
            again shows it at once. Ctrl-C lets it finish for a minute and then hands it back; the same command goes \
            on behind the batches that are done. Secret keys are never kept, so it makes new ones.
            The figures say what encryption does to a network; they protect nothing. Every layer has evaluation keys \
            for its own level. Where those of all layers do not fit the memory limit, batches go through the circuit \
            together, and keys are made layer after layer.
            """
    )

    @Argument(help: "The model's name.")
    var model: String

    @Option(help: "The plan's name, of which the newest is taken, or 8 or more digits from the start of its key.")
    var plan: String

    @Option(help: "clear, simulated or encrypted.")
    var mode: EvaluationMode = .simulated

    @Option(parsing: .unconditional, help: "Use this many images; the circuit is the one that is quickest for them.")
    var images = CheckCommand.standardImages

    @Option(help: "validation, or test for a final figure.")
    var split: CheckSplit = .validation

    @Option(help: "The data set; by default the one that the model was trained on.")
    var data: String?

    @Flag(help: "Show the circuit, its levels, keys, estimated time and memory; run nothing.")
    var explain = false

    @Flag(help: "Evaluate in a process of its own, which gets files and no secret key. Nothing is kept in the store.")
    var separate = false

    @Option(parsing: .unconditional, help: "Seed of the simulated noise; 0 if not given.")
    var seed: UInt64?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Memory for keys, plaintexts and ciphertexts, such as 3GB: plaintexts beyond it are encoded in each batch.",
            valueName: "amount"),
        transform: { try ByteCount(parsing: $0) })
    var memoryLimit = CheckCommand.standardLimit

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private static let standardLimit = ByteCount(gibibytes: 3)
    static let standardImages = 8

    var noiseSeed: UInt64 { seed ?? 0 }

    func validate() throws {
        guard images > 0 else { throw ValidationError("--images \(images): choose 1 or more.") }
        guard seed == nil || mode != .clear && !explain else {
            throw ValidationError(
                "--seed is for simulated noise, and \(explain ? "--explain" : "--mode clear") makes none.")
        }
        guard !separate || mode == .encrypted else {
            throw ValidationError("--separate is for --mode encrypted: other modes have no keys to keep apart.")
        }
    }

    func run() throws {
        let path = store.path
        let store = try Self.store(at: path)
        let loaded = try LoadedPlan(plan, of: model, in: store)
        loaded.noteNamesakes()
        let dataset = try loaded.dataset(named: data, in: store)
        let set = try dataset.images(of: split.split)
        let count = min(images, set.count)
        if count < images {
            StandardError.writeLine("note: there are \(count) \(split.rawValue) images, so that many are used")
        }
        if explain { return try show(loaded, images: count) }
        func check() throws -> PlanCheck {
            let original = try ONNXImporter.graph(from: try store.onnx(of: loaded.model.id))
            return try PlanCheck(
                PlannedNetwork(original: original, refitted: loaded.graph, plan: loaded.replacements), set, 0..<count,
                preprocessing: loaded.preprocessing, threads: Machine.cores, memoryLimit: memoryLimit.bytes,
                makesKeys: mode == .encrypted)
        }
        if separate {
            try refuseMoreThanThereIs()
            let name = try store.datasetName(dataset.fingerprint)
            return try show(SeparateCheck(check(), loaded, command: self, dataset: name, path: path).document())
        }
        let wish = CheckJob(
            model: loaded.model.identity, plan: loaded.record.key,
            images: ImageSelection(dataset: dataset.fingerprint, split: split.name, images: count), mode: mode,
            seed: noiseSeed, memoryLimit: memoryLimit.bytes)
        let stored = StoredCheck(wish, of: loaded, in: store, at: path)
        try show(
            stored.document {
                // What cannot be run is refused before there is a job.
                try refuseMoreThanThereIs()
                _ = try check()
                if mode == .encrypted { _ = try OpenFHELibrary() }
            })
    }

    private func refuseMoreThanThereIs() throws {
        guard memoryLimit.bytes <= Memory.total else {
            throw CommandFailure(
                .usage,
                "--memory-limit: \(Memory.text(memoryLimit.bytes)) is more than the \(Memory.text(Memory.total)) of this "
                    + "machine; lower it, or see with --explain what the circuit would take")
        }
    }

    /// What was found before is shown from a store that cannot be written, too; one of an older schema is brought forward.
    private static func store(at path: String) throws(StoreError) -> Store {
        do throws(StoreError) {
            return try Store.reader(at: path)
        } catch {
            guard case .older = error else { throw error }
            return try Store.open(at: path)
        }
    }

    private func show(_ document: CheckDocument) throws {
        if output.json {
            try JSONOutput.print(document)
        } else {
            print(document.rendered(style: .standardOutput))
        }
    }

    private func show(_ loaded: LoadedPlan, images: Int) throws {
        let circuit = try Circuit(
            loaded.graph, plan: loaded.replacements, images: images, memoryLimit: memoryLimit.bytes)
        let cost = CircuitCost(showing: circuit, images: images, threads: Machine.cores, memoryLimit: memoryLimit.bytes)
        let document = CircuitDocument(
            model: loaded.model.name, plan: loaded.record.name,
            circuit: CircuitSummary(circuit, cost, layers: loaded.layers.map(\.name)))
        if output.json {
            try JSONOutput.print(document)
        } else {
            print(document.rendered(style: .standardOutput))
        }
        // What does not fit is refused here as it would be without --explain.
        if mode == .encrypted { try cost.refuse(beyond: memoryLimit.bytes) }
    }
}
