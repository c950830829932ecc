internal import ArgumentParser
internal import Network

/// `centroid data fetch`: a public data set, from its canonical mirrors.
struct DataFetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Fetch a public data set (\(CanonicalDataset.all.map(\.name).joined(separator: ", "))).",
        discussion: """
            Checksums are verified, several mirrors are tried, and an interrupted fetch goes on where it stopped. \
            Afterwards: centroid data add NAME --path DIR
            """
    )

    @Argument(help: "The data set's name.")
    var name: String

    @Option(help: ArgumentHelp("The folder; data/NAME if not given.", valueName: "dir"))
    var to: String?

    @Option(help: ArgumentHelp("A URL or folder to fetch from instead of the canonical mirrors.", valueName: "url"))
    var mirror: String?

    func run() throws {
        guard let canonical = CanonicalDataset.all.first(where: { $0.name == name }) else {
            let known = CanonicalDataset.all.map(\.name).joined(separator: ", ")
            throw CommandFailure(.usage, "there is no data set '\(name)' to fetch; choose from \(known)")
        }
        let folder = to ?? "data/\(name)"
        let dataset = try DatasetFetcher(mirror: mirror).fetch(canonical, into: folder)
        print(
            "\(name) is in \(folder): \(Figure.count(dataset.trainingCount)) training and "
                + "\(Figure.count(dataset.testCount)) test images.")
    }
}
