internal import ArgumentParser
internal import Foundation
internal import Store

/// `centroid report`: everything that the store knows of a model's plans, for people.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a report on a model's plans: accuracy against depth, degrees, and what each layer sees.",
        discussion: """
            markdown: tables. html: one page with drawings, without scripts and without anything from a network; it \
            prints, and follows light and dark. json: the same as data, with the points of every drawing.
            A report is made from the store alone and is the same each time; nothing is computed on images.
            """
    )

    @Argument(help: "The model's name.")
    var model: String

    @Option(
        help: "markdown, html or json; if not given, what the name of the file says, and markdown on standard output.")
    var format: ReportFormat?

    @Option(help: ArgumentHelp("The file to make; standard output if not given.", valueName: "file"))
    var output: String?

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @Flag(help: "Short for --format json.")
    var json = false

    @OptionGroup var store: StoreOptions

    func validate() throws {
        if json, let format, format != .json {
            throw ValidationError("--json and --format \(format.rawValue) are two formats; give one of them.")
        }
        if let output {
            guard !output.isEmpty else { throw ValidationError("--output '' names no file; say where to write.") }
            guard json || format != nil || output == "-" || ReportFormat(ofFile: output) != nil else {
                throw ValidationError(
                    "--output \(output): the ending of that name is no format; name a .md, .html or .json file, or say which "
                        + "with --format.")
            }
        }
        if force, output == nil { throw ValidationError("--force is for the file of --output; name one.") }
    }

    func run() throws {
        let store = try Store.reader(at: store.path)
        if let output { try store.refuse(output) }
        let document = try ReportDocument(of: try store.model(named: model), in: store, command: command)
        let data = try data(of: document)
        guard let output, output != "-" else { return try StandardOutput.write(data) }
        try NewFile.write(data, to: output, replacing: force)
        print(
            "Wrote \(output): \(chosen.rawValue), \(document.plans.count) plans of \(model), "
                + "\(document.front.count) of them on the front.")
    }

    private var chosen: ReportFormat {
        json ? .json : format ?? output.flatMap(ReportFormat.init(ofFile:)) ?? .markdown
    }

    private func data(of document: ReportDocument) throws -> Data {
        switch chosen {
        case .markdown: Data(ReportMarkdown(document).text.utf8)
        case .html: Data(ReportPage(document).text.utf8)
        case .json: try JSONOutput.data(document)
        }
    }

    /// What makes this report again from the same store, wherever that is.
    private var command: String {
        var words = ["centroid", "report", model]
        if format != nil || chosen != .markdown {
            words += ["--format", chosen.rawValue]
        }
        if let output { words += ["--output", URL(fileURLWithPath: output).lastPathComponent] }
        return words.map(Self.quoted).joined(separator: " ")
    }

    /// As a shell takes it for one word.
    private static func quoted(_ word: String) -> String {
        let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./".contains($0)) }
        return isPlain && !word.isEmpty ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
