internal import ArgumentParser
internal import Network
internal import Store

/// `centroid data add`: inspects a data set and names it in the store.
struct DataAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a data set from a folder or an .npz file.",
        discussion: """
            Reads CIFAR binary (.bin, .bin.gz), MNIST idx (plain, .gz), .npz (one file with x_train, y_train, x_test, \
            y_test, or train.npz and test.npz with x and y) and folders of class-named image folders \
            (train/CLASS/*.png, test/CLASS/*.jpg). The images stay where they are; the store keeps their checksum.
            """
    )

    @Argument(help: "The data set's name, as models refer to it.")
    var name: String

    @Option(help: ArgumentHelp("A folder, or an .npz file.", valueName: "path"))
    var path: String?

    @Flag(help: "The rendered digits that Centroid draws itself; they need no file.")
    var builtIn = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (path == nil) == builtIn else {
            throw ValidationError("Say where the data set lies, once: --path DIR, or --built-in.")
        }
        try EntryName.validate(name, of: "data set")
    }

    func run() throws {
        let store = try Store.open(at: store.path)
        let dataset = try Dataset.open(at: path ?? Dataset.builtInPath)
        let added = try store.addDataset(NewDataset(dataset, named: name))
        if output.json {
            try JSONOutput.print(DatasetReport(added))
        } else {
            print(
                "Data set \(added.name): \(Figure.count(added.trainingImages)) training and "
                    + "\(Figure.count(added.testImages)) test images of \(dataset.shape), "
                    + "\(added.classes.count) classes."
            )
        }
    }
}
