internal import ArgumentParser
internal import Store

/// `centroid model list`.
struct ModelListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the models in the store.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try Store.reader(at: store.path)
        let reports = try store.models().map { ModelReport($0, layers: try store.layers(of: $0.id).count) }
        if output.json {
            try JSONOutput.print(reports)
            return
        }
        guard !reports.isEmpty else {
            print("No models yet: centroid model add FILE.onnx --preprocess FILE.json")
            return
        }
        var table = Table(columns: [
            .text("model"), .text("data"), .text("input"), .number("classes"), .number("parameters"),
            .number("layers"), .text("sha256"),
        ])
        for report in reports {
            table.append([
                report.name, report.dataset ?? "-", report.input.map(String.init).joined(separator: "x"),
                String(report.classes), Figure.count(report.parameters), String(report.layers),
                String(report.sha256.prefix(12)),
            ])
        }
        print(table.rendered(style: .standardOutput))
    }
}
