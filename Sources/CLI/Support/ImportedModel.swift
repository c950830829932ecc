internal import Foundation
internal import Network
internal import Store
internal import Worker

/// A trained network as it was read from an ONNX file and the preprocessing beside it, tried out and ready for the store.
struct ImportedModel {
    private let network: NewModel
    private let graph: NetworkGraph
    /// That the preprocessing file names.
    let datasetOfFile: String?

    var layers: Int { graph.sites.count }
    var name: String { network.name }

    /// - Parameters:
    ///   - preprocess: The preprocessing JSON; without it pixels are scaled to 0...1 and nothing else.
    ///   - data: Name of the data set, where the preprocessing file does not name it.
    ///   - name: The file's name without its ending if nil.
    /// - Throws: ``CommandFailure``, and ``InferenceError`` for what cannot be run.
    init(_ file: String, preprocess: String?, data: String?, name: String?, in store: Store) throws {
        let onnx = try InputReader.contents(of: file)
        let name = name ?? URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        try EntryName.validate(name, of: "model")
        do {
            graph = try ONNXImporter.graph(from: onnx)
        } catch {
            throw CommandFailure(.dataError, "\(file): \(error)")
        }
        let preprocessing = try preprocess.map {
            try PreprocessingFile(decoding: InputReader.contents(of: $0), path: $0)
        }
        let input = preprocessing?.input ?? Self.plainScaling(channels: graph.inputShape.channels)
        do {
            try input.validate(channels: graph.inputShape.channels)
        } catch {
            throw CommandFailure(.dataError, "\(preprocess ?? file): \(error)")
        }
        try Self.tryOut(graph, input)
        let dataset = data ?? preprocessing?.dataset
        if let preprocess, dataset == nil {
            throw CommandFailure(
                .dataError, "\(preprocess) names no data set; add the field dataset, or say which with --data NAME")
        }
        datasetOfFile = preprocessing?.dataset
        if let dataset, let known = try store.datasets().first(where: { $0.name == dataset }) {
            try Self.check(graph, against: known)
        }
        network = NewModel(
            name: name, onnx: onnx, graph: graph, preprocessing: try CanonicalJSON.text(of: input), dataset: dataset,
            reference: try Self.reference(in: preprocessing, at: preprocess ?? ""))
    }

    /// What is taken may be the name or the network, and each asks for something else.
    func add(to store: Store) throws -> (model: ModelRecord, isNew: Bool) {
        do {
            return try store.addModel(network)
        } catch StoreError.nameTaken(_, let taken, _) where taken != network.name {
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

    private static func reference(in file: PreprocessingFile?, at path: String) throws -> ReferenceCount? {
        guard let correct = file?.testCorrect, let images = file?.testTotal else { return nil }
        guard images > 0, (0...images).contains(correct) else {
            throw CommandFailure(
                .dataError, "\(path): test_correct \(correct) of test_total \(images) cannot be; correct it")
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
