internal import ArgumentParser
internal import Network

/// `centroid data export`: the rendered digits as files that other programs read.
struct DataExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the built-in rendered digits as idx files, as MNIST's.")

    @Option(help: ArgumentHelp("The folder.", valueName: "dir"))
    var to: String

    @Flag(help: "Replace files that are there.")
    var force = false

    func run() throws {
        try Directory.make(at: to)
        let files = try RenderedDigits.idxFiles().map { (path: "\(to)/\($0.name)", data: $0.data) }
        for file in files { try NewFile.check(file.path, replacing: force) }
        for file in files { try NewFile.write(file.data, to: file.path, replacing: force) }
        print("Wrote the rendered digits to \(to).")
    }
}
