internal import ArgumentParser
internal import Store

/// `centroid data list`.
struct DataListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the data sets in the store.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let reports = try Store.reader(at: store.path).datasets().map(DatasetReport.init)
        if output.json {
            try JSONOutput.print(reports)
            return
        }
        guard !reports.isEmpty else {
            print("No data sets yet: centroid data add NAME --path DIR")
            return
        }
        var table = Table(columns: [
            .text("data"), .text("format"), .text("images"), .number("training"), .number("test"),
            .number("classes"), .text("path"),
        ])
        for report in reports {
            table.append([
                report.name, report.format, report.shape.map(String.init).joined(separator: "x"),
                Figure.count(report.trainingImages), Figure.count(report.testImages), String(report.classes.count),
                report.path,
            ])
        }
        print(table.rendered(style: .standardOutput))
    }
}
