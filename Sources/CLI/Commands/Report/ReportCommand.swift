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
            prints, and follows light and dark. --json has the same as data, with the points of every drawing.
            A report is made from the store alone and is the same each time; nothing is computed on images.
            """
    )

    @Argument(help: "The model's name.")
    var model: String

    @Option(help: "markdown or html; if not given, what the name of the file says, else markdown.")
    var format: ReportFormat?

    @Option(help: ArgumentHelp("The file to make; standard output if not given.", valueName: "file"))
    var output: String?

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @Flag(help: "The report as one JSON document.")
    var json = false

    @OptionGroup var store: StoreOptions

    func validate() throws {
        if json, let format {
            throw ValidationError("--json and --format \(format.rawValue) are two formats; give one of them.")
        }
        if force, output == nil { throw ValidationError("--force is for the file of --output; name one.") }
    }

    func run() throws {
        let store = try Store.reader(at: store.path)
        if let output, store.holds(output) {
            throw CommandFailure(.cannotCreate, "\(output) belongs to the store \(store.path); name another file")
        }
        let document = try ReportDocument(of: try store.model(named: model), in: store, command: command)
        let data = json ? try JSONOutput.data(document) : Data(text(of: document).utf8)
        guard let output, output != "-" else { return try StandardOutput.write(data) }
        try NewFile.write(data, to: output, replacing: force)
        print(
            "Wrote \(output): \(json ? "json" : chosen.rawValue), \(document.plans.count) plans of \(model), "
                + "\(document.front.count) of them on the front.")
    }

    private var chosen: ReportFormat { format ?? output.flatMap(ReportFormat.init(ofFile:)) ?? .markdown }

    private func text(of document: ReportDocument) -> String {
        switch chosen {
        case .markdown: ReportMarkdown(document).text
        case .html: ReportPage(document).text
        }
    }

    /// What makes this report again from the same store, wherever that is.
    private var command: String {
        var words = ["centroid", "report", model]
        if json {
            words.append("--json")
        } else if format != nil || chosen != .markdown {
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
