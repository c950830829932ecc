internal import ArgumentParser
internal import Foundation
internal import Network
internal import Store
internal import Worker

/// `centroid model add`: reads an ONNX file, checks that it can be run, and keeps it whole in the store.
struct ModelAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a trained network from an ONNX file.",
        discussion: """
            The file is kept in the store, so it may move or vanish afterwards. The preprocessing file says which data \
            set the network was trained on and how pixels become its input:
              {"dataset": "mnist", "input": {"scale": 0.00392156862745098, "mean": [0.1307], "std": [0.3081]}}
            Without one the pixels are scaled to 0...1 and nothing else.
            """
    )

    @Argument(help: "The ONNX file.")
    var file: String

    @Option(help: ArgumentHelp("The preprocessing JSON.", valueName: "file"))
    var preprocess: String?

    @Option(help: ArgumentHelp("The data set, where the preprocessing file does not name it.", valueName: "name"))
    var data: String?

    @Option(help: "The model's name; the file's name without its ending if not given.")
    var name: String?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try Store.open(at: store.path)
        let onnx = try InputReader.contents(of: file)
        let name = name ?? URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        try EntryName.validate(name, of: "model")
        let graph = try ONNXImporter.graph(from: onnx)
        let preprocessing = try preprocess.map { try PreprocessingFile(at: $0) }
        let input = preprocessing?.input ?? Self.plainScaling(channels: graph.inputShape.channels)
        try input.validate(channels: graph.inputShape.channels)
        try Self.tryOut(graph, input)
        let dataset = data ?? preprocessing?.dataset
        if let dataset, let known = try store.datasets().first(where: { $0.name == dataset }) {
            try Self.check(graph, against: known)
        }
        let added = try add(
            NewModel(
                name: name, onnx: onnx, graph: graph, preprocessing: try CanonicalJSON.text(of: input),
                dataset: dataset, reference: try reference(in: preprocessing)
            ), to: store)
        try report(added.model, isNew: added.isNew, layers: graph.sites.count)
    }

    /// What is taken may be the name or the network, and each asks for something else.
    private func add(_ model: NewModel, to store: Store) throws -> (model: ModelRecord, isNew: Bool) {
        do {
            return try store.addModel(model)
        } catch StoreError.nameTaken(_, let taken, _) where taken != model.name {
            throw CommandFailure(
                .usage,
                "this network with this preprocessing is in the store already, as \(taken); use that name, "
                    + "or first: centroid model remove \(taken)")
        } catch StoreError.nameTaken(_, let taken, _) {
            throw CommandFailure(
                .usage,
                "\(taken) stands for another network or another preprocessing; choose another --name, "
                    + "or first: centroid model remove \(taken)")
        }
    }

    private func report(_ model: ModelRecord, isNew: Bool, layers: Int) throws {
        if output.json {
            try JSONOutput.print(ModelReport(model, layers: layers))
            return
        }
        let verb = isNew ? "Added" : "Already there:"
        print(
            "\(verb) model \(model.name) (\(model.sha256.prefix(12))): \(layers) activation layers, "
                + "\(Figure.count(model.parameters)) parameters."
        )
    }

    private func reference(in file: PreprocessingFile?) throws -> ReferenceCount? {
        guard let correct = file?.testCorrect, let images = file?.testTotal else { return nil }
        guard images > 0, (0...images).contains(correct) else {
            throw CommandFailure(
                .dataError,
                "\(preprocess ?? ""): test_correct \(correct) of test_total \(images) cannot be; correct it"
            )
        }
        return ReferenceCount(correct: correct, images: images)
    }

    /// Pixels to 0...1.
    private static func plainScaling(channels: Int) -> Preprocessing {
        Preprocessing(
            scale: 1 / 255, mean: Array(repeating: 0, count: channels), std: Array(repeating: 1, count: channels)
        )
    }

    /// Runs one black image, so that a network which cannot be compiled is refused here and not in every job.
    private static func tryOut(_ graph: NetworkGraph, _ preprocessing: Preprocessing) throws {
        let pixels = Array(repeating: Float(0), count: graph.inputShape.count)
        let image = ImageSet(shape: graph.inputShape, pixels: .floats(pixels), labels: [0])
        _ = try NetworkRunner(graph: graph, preprocessing: preprocessing, batch: 1).logits(image, 0..<1) { _ in }
    }

    private static func check(_ graph: NetworkGraph, against dataset: DatasetRecord) throws {
        let images = TensorShape(channels: dataset.channels, height: dataset.height, width: dataset.width)
        guard graph.inputShape == images else {
            throw CommandFailure(
                .dataError,
                "the model reads \(graph.inputShape) images and data set \(dataset.name) has \(images); "
                    + "name the data set that it was trained on"
            )
        }
        guard graph.classCount >= dataset.classes.count else {
            throw CommandFailure(
                .dataError,
                "the model has \(graph.classCount) outputs and data set \(dataset.name) has "
                    + "\(dataset.classes.count) classes; name the data set that it was trained on"
            )
        }
    }
}
