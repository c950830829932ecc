internal import Worker

extension ReproductionDocument {
    func rendered(style: Style) -> String {
        var parts = [
            style.bold("Accuracy on test images, activations replaced"), accuracy.rendered(style: style),
            style.bold("Preparation of the polynomial network, beside the first training"),
            preparation.rendered(style: style),
            style.bold("Inference, an image"), inference.rendered(style: style),
            style.bold("What Centroid's methods are to achieve"), achievements.rendered(style: style),
        ]
        let notes = notes
        if !notes.isEmpty { parts.append(notes.map { "- \($0)" }.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n")
    }

    private var accuracy: Table {
        var table = Table(columns: [
            .text("network"), .text("column"), .text("method"), .text("test accuracy"), .number("drop"),
            .number("escaped"), .number("paper"), .number("drop"), .text("drop beside the paper's"),
        ])
        for network in networks {
            table.append([
                network.title, "", "original network", network.original?.figure ?? "not run", "", "",
                "\(Figure.fixed(network.paperOriginalAccuracy, 2)) %", "", "",
            ])
            for row in network.rows {
                table.append([
                    network.title, row.standing, row.marked, row.test?.figure ?? "not run", row.test?.dropText ?? "-",
                    row.test.map { Figure.count($0.escaped) } ?? "-", "\(Figure.fixed(row.paper.accuracy, 2)) %",
                    Figure.fixed(row.paper.drop, 2),
                    row.isWhole ? network.reduced(Self.comparison(row.test?.drop, with: row.paper.drop)) : "-",
                ])
            }
        }
        return table
    }

    private var preparation: Table {
        var table = Table(columns: [
            .text("network"), .text("column"), .text("method"), .number("prepared in"), .number("networks tried"),
            .number("paper"), .text("beside the paper's"),
        ])
        for network in networks {
            for row in network.rows {
                table.append([
                    network.title, row.standing, row.method, row.prepared,
                    row.networksTried.map(Figure.count) ?? "-",
                    row.paper.preparationSeconds.map(Figure.duration) ?? "-",
                    network.reduced(Self.ratio(row.preparationSeconds, to: row.paper.preparationSeconds)),
                ])
            }
        }
        return table
    }

    private var inference: Table {
        var table = Table(columns: [
            .text("network"), .text("column"), .text("method"), .number("levels"), .number("clear"),
            .number("encrypted, predicted"), .number("encrypted, measured"), .number("paper, GPU"),
            .text("encrypted beside the paper's"),
        ])
        for network in networks {
            for row in network.rows {
                table.append([
                    network.title, row.standing, row.method, row.levels.map(String.init) ?? "-",
                    row.clearSecondsPerImage.map { "\(Figure.compact(1000 * $0)) ms" } ?? "-",
                    row.predicted.map { Figure.duration($0.secondsPerImage) } ?? (row.refusal == nil ? "-" : "refused"),
                    row.measured.map { Figure.duration($0.secondsPerImage) } ?? "-",
                    Figure.duration(row.paper.inferenceSeconds),
                    Self.ratio(row.encryptedSeconds, to: row.paper.inferenceSeconds)
                        + (row.encryptedSeconds == nil ? "" : row.measured == nil ? " (predicted)" : " (measured)"),
                ])
            }
        }
        return table
    }

    private var achievements: Table {
        var table = Table(columns: [
            .text("network"), .text("method"), .text("claim"), .text("holds"), .text("ours"), .text("theirs"),
        ])
        for claim in claims {
            let network = networks.first { $0.network == claim.network }?.title ?? ""
            table.append([
                network, claim.method, claim.claim, claim.verdict.rawValue, claim.ours,
                claim.theirs,
            ])
        }
        return table
    }

    private var notes: [String] {
        var notes = [
            "Published: \(source).",
            "Seconds are those of the jobs in the store, which ran here on a CPU: preparation without attempts that failed, "
                + "clear seconds of the test on one core, with the opening of its images. Encrypted ones are divided by the "
                + "images, predicted for \(CheckCommand.standardImages) images as by centroid check --explain with a "
                + "--memory-limit of all \(Memory.text(Memory.total)) of this machine, on \(Machine.cores) cores.",
        ]
        notes += networks.flatMap { network in
            network.rows.compactMap { row in
                row.refusal.map { "\(network.title), \(row.method): no encrypted run, for \($0)" }
            }
        }
        notes += ReproducedMethods.remarks
        if isQuick { notes.append("--quick leaves resnet32 out unless --networks names it.") }
        for network in networks where !network.reductions.isEmpty {
            notes.append(
                "--quick on \(network.network.rawValue) has \(network.reductions.joined(separator: ", ")); what is compared with the paper "
                    + "is marked (reduced)."
            )
        }
        notes += networks.compactMap { network in network.absence.map { "\(network.title): \($0)." } }
        for network in networks {
            if let data = network.data, data != network.network.dataset {
                notes.append("\(network.title) was trained on \(data); the paper's on \(network.network.dataset).")
            }
        }
        if networks.contains(where: { $0.data == "cifar10" }) {
            notes.append("Counts say how many test images the files have; the official set of CIFAR-10 has 10,000.")
        }
        return notes + remarks
    }

    /// Of drops in points: what is larger than the paper's is worse.
    private static func comparison(_ drop: Double?, with paper: Double) -> String {
        guard let drop else { return "-" }
        let difference = drop - paper
        guard abs(difference) >= 0.005 else { return "the same" }
        return "\(difference > 0 ? "WORSE" : "better") by \(Figure.fixed(abs(difference), 2)) points"
    }

    private static func ratio(_ seconds: Double?, to paper: Double?) -> String {
        guard let seconds, let paper else { return "-" }
        let ratio = seconds / paper
        return "\(ratio > 1 ? "WORSE" : "better"), \(Figure.compact(ratio)) times"
    }
}

extension ReproductionDocument.Network {
    /// "lenet5-mnist (ML5)".
    var title: String { "\(model ?? network.rawValue) (\(symbol))" }

    /// A comparison with the paper, and whether less was spent here than its tables deserve.
    fileprivate func reduced(_ comparison: String) -> String {
        comparison == "-" || reductions.isEmpty ? comparison : comparison + " (reduced)"
    }
}

extension ReproducedRow {
    /// "IR", or whose method it is where both have one.
    fileprivate var standing: String {
        guard column == .ours else { return column.rawValue }
        return isOwn ? "Ours (Centroid's)" : "Ours (the paper's)"
    }

    fileprivate var prepared: String {
        guard test != nil else { return "not run" }
        return preparationSeconds.map(Figure.duration) ?? "not noted"
    }

    /// Whether no layer keeps its activation.
    fileprivate var isWhole: Bool { (keptLayers ?? 0) == 0 }

    /// The method, and how many layers it leaves as they are.
    fileprivate var marked: String {
        isWhole ? method : "\(method) (INCOMPLETE: \(keptLayers ?? 0) layers keep ReLU)"
    }
}
