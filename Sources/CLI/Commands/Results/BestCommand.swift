internal import Approx
internal import ArgumentParser
internal import Store

/// `centroid best`: the best approximation of each layer.
struct BestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "best",
        abstract: "Show the best approximation of each layer, or the best plans.",
        discussion: """
            By default the one with the lowest drop: the points of validation accuracy that the network loses when this \
            approximation alone replaces its layer. --json prints the coefficients too.
            --plan shows whole networks: those plans that no plan of the same multiplicative depth or less equals on \
            the validation images.
            """
    )

    @Argument(help: "The model's name.")
    var model: String

    @Option(parsing: .unconditional, help: "Only this layer, by name or by position from 0.")
    var layer: String?

    @Option(
        parsing: .unconditional, help: "Only approximations of this degree.",
        transform: { try DegreeList.single($0) })
    var degree: Degree?

    @Option(help: "Only approximations by this fitter.")
    var fitter: String?

    @Option(
        name: .customLong("by"),
        help: "What counts: \(BestCriterion.allCases.map(\.rawValue).joined(separator: ", ")); drop if not given.",
        transform: { try NamedWord.parse($0, "criterion") })
    var criterion: BestCriterion?

    @Flag(help: "The best plans instead: the most accurate at each multiplicative depth.")
    var plan = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With --plan, only the most accurate plan of at most this depth, linear levels included.",
            discussion: "Of those on the front; where none is that shallow, of those evaluated on other images."))
    var levels: Int?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let ofLayers = [
            layer.map { _ in "--layer" }, degree.map { _ in "--degree" }, fitter.map { _ in "--fitter" },
            criterion.map { _ in "--by" },
        ].compactMap(\.self)
        if plan, let option = ofLayers.first {
            throw ValidationError("\(option) is about approximations of layers; leave out it or --plan.")
        }
        if let levels {
            guard plan else { throw ValidationError("--levels is about whole networks; add --plan.") }
            guard levels > 0 else { throw ValidationError("--levels \(levels): choose 1 or more.") }
        }
    }

    func run() throws {
        let store = try Store.reader(at: store.path)
        let record = try store.model(named: model)
        if plan {
            try showPlans(of: record, in: store)
        } else {
            try showApproximations(of: record, in: store)
        }
    }

    private func showPlans(of record: ModelRecord, in store: Store) throws {
        let comparison = try PlanComparison(of: record, in: store)
        let best = levels.map { comparison.best(within: $0).map { [$0] } ?? [] } ?? comparison.best
        if output.json {
            try JSONOutput.print(best)
        } else if best.isEmpty {
            print(nothing(in: comparison))
        } else {
            // Its figure is of the images that plans are compared on.
            let original = best.allSatisfy(\.isCompared) ? comparison.original : nil
            print(ComparedPlan.table(best, original: original).rendered(style: .standardOutput))
        }
        if let note = PlanNotes.kept(best.filter(\.keptStart).map { ($0.plan, $0.key) }) {
            StandardError.writeLine("note: \(note)")
        }
        for line in PlanNotes(plans: comparison.plans, comparedImages: comparison.images?.range.count).lines {
            StandardError.writeLine("note: \(line)")
        }
    }

    private func nothing(in comparison: PlanComparison) -> String {
        if let levels, let least = comparison.plans.filter({ $0.validation != nil }).compactMap(\.depth).min() {
            return "No plan takes \(levels) levels or fewer; the shallowest takes \(least)."
        }
        return comparison.plans.isEmpty
            ? "No plans yet: centroid run \(model) --degrees 2...7"
            : "None of the \(comparison.plans.count) plans replaces every activation and was evaluated: "
                + "centroid run \(model) --degrees 2...7"
    }

    private func showApproximations(of record: ModelRecord, in store: Store) throws {
        if let fitter, NetworkMethod(rawValue: fitter) != nil {
            throw CommandFailure(.usage, "\(fitter) makes whole networks; see them with: centroid best \(model) --plan")
        }
        if let fitter, FitterKind(rawValue: fitter) == nil {
            throw CommandFailure(
                StoreError.unknown(kind: "fitter", name: fitter, known: FitterKind.allCases.map(\.rawValue)))
        }
        let best = try store.best(
            of: record.id, layer: try layer.map { try resolve($0, in: store, of: record) }, degree: degree?.value,
            fitter: fitter, by: criterion ?? .drop
        ).map(ApproximationReport.init)
        if output.json {
            try JSONOutput.print(best)
        } else if best.isEmpty {
            print("Nothing fitted yet that matches: \(advice)")
        } else {
            print(ApproximationReport.table(best).rendered(style: .standardOutput))
        }
    }

    /// What would fit something that matches.
    private var advice: String {
        let fitters = fitter.map { " --fitters \($0)" } ?? ""
        // A composite has precisions in place of a degree.
        let degrees = fitter == FitterKind.composite.rawValue ? "" : " --degrees \(degree?.description ?? "2...7")"
        return "centroid run \(model)\(fitters)\(degrees)"
    }

    private func resolve(_ layer: String, in store: Store, of record: ModelRecord) throws -> LayerID {
        let layers = try store.layers(of: record.id)
        if let position = Int(layer), layers.indices.contains(position) { return layers[position].id }
        return try store.layer(named: layer, of: record.id).id
    }
}
