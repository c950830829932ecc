internal import ArgumentParser
internal import Foundation
internal import Network
internal import Store
internal import Worker

/// `centroid export`: a plan as a file for other programs.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a plan as a file for other programs: the polynomial network, or its coefficients.",
        discussion: """
            onnx: the network with the plan's polynomials as Mul and Add nodes and its weights, as the original file \
            names and lays out input and output. Preprocessing is not in it, as in the original; its metadata has the \
            numbers.
            json: for each layer degree, coefficients of powers of x and of Chebyshev polynomials, domain and levels; \
            the range observed on calibration images, with quantiles and margin, and the one certified for every \
            image; preprocessing and figures. Weights are in the ONNX file only.
            """
    )

    /// Ranges are observed on so many images unless told otherwise.
    private static let rangeImages = 1000

    @Argument(help: "The model's name.")
    var model: String

    @Option(help: "The plan's name, of which the newest is taken, or 8 or more digits from the start of its key.")
    var plan: String

    @Option(help: "onnx or json; if not given, what the name of the file says.")
    var format: ExportFormat?

    @Option(help: ArgumentHelp("The file to make; - for standard output, with --format.", valueName: "file"))
    var out: String

    @Option(
        parsing: .unconditional,
        help: "json: observe ranges on this many calibration images, 1000 if not given; 0 leaves all ranges out.")
    var images: Int?

    @Option(help: "json: the data set that ranges come from; by default the one that the model was trained on.")
    var data: String?

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !out.isEmpty else { throw ValidationError("--out '' names no file; say where to write.") }
        guard !isToStandardOutput || format != nil else {
            throw ValidationError("--out - has no ending that names a format; say which with --format.")
        }
        guard !isToStandardOutput || !force && !output.json else {
            throw ValidationError("--force and --json are about a file that is made; leave them out with --out -.")
        }
        guard format != nil || ExportFormat(ofFile: out) != nil else {
            throw ValidationError(
                "--out \(out): the ending of that name is no format; name a .onnx or .json file, or say which with --format."
            )
        }
        if let images, images < 0 { throw ValidationError("--images \(images): choose 0 or more.") }
        if chosen == .onnx, images != nil || data != nil {
            throw ValidationError("--images and --data are for --format json: an ONNX file has no ranges.")
        }
    }

    func run() throws {
        let store = try Store.reader(at: store.path)
        try store.refuse(out)
        // Ranges take a while.
        if !isToStandardOutput { try NewFile.check(out, replacing: force) }
        let plan = try LoadedPlan(plan, of: model, in: store)
        plan.noteNamesakes()
        let data =
            switch chosen {
            case .onnx: try network(plan)
            case .json: try JSONOutput.data(PlanDocument(plan, ranges: ranges(of: plan, in: store), in: store))
            }
        if isToStandardOutput { return try StandardOutput.write(data) }
        try NewFile.write(data, to: out, replacing: force)
        let report = ExportReport(plan, format: chosen, file: out, bytes: data.count)
        if output.json {
            try JSONOutput.print(report)
        } else {
            print(report.text)
        }
    }

    private var isToStandardOutput: Bool { out == "-" }

    private var chosen: ExportFormat { format ?? ExportFormat(ofFile: out) ?? .onnx }

    private func ranges(of plan: LoadedPlan, in store: Store) throws -> PlanRanges? {
        let images = images ?? Self.rangeImages
        guard images > 0 else { return nil }
        let dataset: Dataset
        do {
            dataset = try plan.dataset(named: data, in: store)
        } catch {
            let failure = CommandFailure(error)
            throw CommandFailure(failure.status, "\(failure); --images 0 writes the plan without its ranges")
        }
        return try PlanRanges(
            of: plan, dataset, images: images, threads: ProcessInfo.processInfo.activeProcessorCount)
    }

    private func network(_ plan: LoadedPlan) throws -> Data {
        try ONNXExporter.file(
            plan.graph, plan: plan.replacements, interface: plan.interface,
            origin: PlanOrigin(
                model: plan.model.name, modelChecksum: plan.model.sha256, dataset: plan.model.dataset,
                plan: plan.record.name, planKey: plan.record.key, method: plan.record.method,
                preprocessing: plan.model.preprocessing, version: BuildVersion.number, commit: BuildVersion.commit))
    }
}

/// What was written, as JSON and as text.
private struct ExportReport: Encodable {
    let file: String
    let format: String
    let bytes: Int
    let model: String
    let plan: String
    let key: String
    let layers: Int
    let replacedLayers: Int
    let refittedWeights: Bool
    /// Plans with this name, of which this is the newest unless its key was given.
    let namesakes: Int
    /// Operations that run in clear only.
    let clearOnly: [String]

    init(_ plan: LoadedPlan, format: ExportFormat, file: String, bytes: Int) {
        self.file = file
        self.format = format.rawValue
        self.bytes = bytes
        model = plan.model.name
        self.plan = plan.record.name
        key = plan.record.key
        layers = plan.layers.count
        replacedLayers = plan.record.replacedLayers
        refittedWeights = plan.refitsWeights
        namesakes = plan.namesakes
        clearOnly = plan.graph.nodes.filter(\.operation.runsInClearOnly).map(\.name)
    }

    var text: String {
        var lines = [
            "Wrote \(file): \(format), plan \(plan) (\(key.prefix(12))) of \(model), polynomials in \(replacedLayers) of "
                + "\(layers) layers, \(refittedWeights ? "refitted weights" : "the model's own weights")."
        ]
        if replacedLayers < layers {
            lines.append("Not encryptable: \(layers - replacedLayers) layers keep their original activation.")
        }
        if !clearOnly.isEmpty {
            lines.append("Not encryptable, runs in clear only (max pooling): \(clearOnly.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
    }
}
