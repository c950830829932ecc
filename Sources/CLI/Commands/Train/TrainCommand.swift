internal import Approx
internal import ArgumentParser
internal import Network
internal import Scheduler
internal import Store
internal import Worker

/// `centroid train`: a network from random weights, added to the models.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a network from scratch, and add it to the models.",
        discussion: """
            lenet5; resnet20, resnet32, resnet44 and resnet56 as for CIFAR, with shortcuts that need no parameters; \
            vgg11 and vgg16 with batch normalisation and average pooling. Batch normalisation is folded into the \
            convolutions at the end. It learns from the training images without the validation images, on which it is \
            measured after each epoch (of few images, after as many epochs as make as many images as these are); the \
            test images are looked at once, at the end.
            A training is a job that runs alone, on all processors. The same command again shows what came out of it. \
            Ctrl-C lets it go on for a minute and then hands it back; the same command goes on from the last saved \
            step, also after kill -9, and ends with the same network, bit for bit (with --budget the number of steps is \
            that of the first start).
            """
    )

    @Argument(
        help: "The architecture: \(NamedWord.list(Architecture.self)).",
        transform: { try NamedWord.parse($0, "architecture") })
    var architecture: Architecture

    @Option(help: ArgumentHelp("The data set.", valueName: "name"))
    var data: String

    @Option(help: "The model's name; ARCHITECTURE-DATA if not given.")
    var name: String?

    @Option(help: ArgumentHelp("Also write the network here, and its preprocessing beside it.", valueName: "file.onnx"))
    var out: String?

    @Flag(help: "Replace files that are there.")
    var force = false

    @OptionGroup var training: TrainingOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try EntryName.validate(modelName, of: "model")
        if let out { try TrainedFiles.validate(out) }
        guard out != nil || !force else { throw ValidationError("--force is for --out, which was not given.") }
        try training.validate(for: architecture)
    }

    private var modelName: String { name ?? "\(architecture.rawValue)-\(data)" }

    func run() throws {
        let path = store.path
        let store = try Store.open(at: path)
        let record = try store.dataset(named: data)
        let wish = try training.wish(architecture, name: modelName, on: record)
        let files = try out.map { try TrainedFiles($0, replacing: force, beside: store) }
        let stored = StoredTraining(wish, in: store, at: path)
        let trained = try stored.training {
            // Files that are gone or have changed are found here and not in the job.
            _ = try Dataset.open(record)
        }
        let document = try TrainingDocument(trained, of: wish, files: files?.paths ?? [], in: store)
        try files?.write(trained.model, in: store)
        if output.json {
            try JSONOutput.print(document)
        } else {
            print(document.rendered(style: .standardOutput))
        }
    }
}
