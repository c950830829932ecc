internal import ArgumentParser
internal import Store

/// `centroid checks`: what the checks of a model's plans have found so far.
struct ChecksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checks", abstract: "List what checks of a model's plans have found.",
        discussion: "All figures of one: the command that made it, centroid check, which reads them from the store.")

    @Argument(help: "The model's name.")
    var model: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try Store.reader(at: store.path)
        let model = try store.model(named: model)
        let reports = try CheckRow.all(of: model, in: store)
        if output.json {
            try JSONOutput.print(reports)
        } else if reports.isEmpty {
            print("No plan of \(model.name) was checked yet; check one with: centroid check \(model.name) --plan NAME")
        } else {
            print(CheckRow.table(reports).rendered(style: .standardOutput))
        }
    }
}
