internal import ArgumentParser
internal import Store

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

    @Option(
        help: ArgumentHelp("The data set, where the preprocessing file names none or another one.", valueName: "name"))
    var data: String?

    @Option(help: "The model's name; the file's name without its ending if not given.")
    var name: String?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let data { try EntryName.validate(data, of: "data set") }
    }

    func run() throws {
        let store = try Store.open(at: store.path)
        let imported = try ImportedModel(file, preprocess: preprocess, data: data, name: name, in: store)
        if let data, let named = imported.datasetOfFile, named != data {
            StandardError.writeLine(
                "note: \(preprocess ?? file) names data set \(named); --data \(data) goes before it")
        }
        let before = try store.models().first { $0.name == imported.name }?.dataset
        let added = try imported.add(to: store)
        try noteDataset(of: added.model, before: added.isNew ? nil : before, in: store)
        try report(added.model, isNew: added.isNew, layers: imported.layers)
    }

    /// A model keeps what was made of it when it is told that its images are others.
    private func noteDataset(of model: ModelRecord, before: String?, in store: Store) throws {
        guard let dataset = model.dataset else { return }
        if let before, before != dataset {
            StandardError.writeLine(
                "note: the data set of \(model.name) was \(before) and is \(dataset) now; plans that were made with \(before) "
                    + "stay as they are")
        }
        if data != nil, !(try store.datasets().contains { $0.name == dataset }) {
            StandardError.writeLine(
                "note: there is no data set \(dataset) in the store yet: centroid data add \(dataset) --path DIR")
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
}
