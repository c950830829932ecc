internal import Approx
internal import ArgumentParser
internal import Store

/// `centroid best`: the best approximation of each layer.
struct BestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "best",
        abstract: "Show the best approximation of each layer.",
        discussion: """
            By default the one with the lowest drop: the points of validation accuracy that the network loses when this \
            approximation alone replaces its layer. --json prints the coefficients too.
            """
    )

    @Argument(help: "The model's name.")
    var model: String

    @Option(help: "Only this layer, by name or by position from 0.")
    var layer: String?

    @Option(
        help: "Only approximations of this degree.",
        transform: { try DegreeList.single($0) })
    var degree: Degree?

    @Option(help: "Only approximations by this fitter.")
    var fitter: String?

    @Option(
        name: .customLong("by"),
        help: "What counts: \(BestCriterion.allCases.map(\.rawValue).joined(separator: ", ")).",
        transform: { text in
            guard let criterion = BestCriterion(rawValue: text) else {
                throw ValidationError(
                    "There is no criterion '\(text)'; choose from "
                        + "\(BestCriterion.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return criterion
        })
    var criterion: BestCriterion = .drop

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try Store.reader(at: store.path)
        let record = try store.model(named: model)
        if let fitter, FitterKind(rawValue: fitter) == nil {
            throw CommandFailure(
                StoreError.unknown(kind: "fitter", name: fitter, known: FitterKind.allCases.map(\.rawValue)))
        }
        let best = try store.best(
            of: record.id, layer: try layer.map { try resolve($0, in: store, of: record) }, degree: degree?.value,
            fitter: fitter, by: criterion
        ).map(ApproximationReport.init)
        if output.json {
            try JSONOutput.print(best)
        } else if best.isEmpty {
            print("Nothing fitted yet that matches: centroid run \(model) --degrees 2...7")
        } else {
            print(ApproximationReport.table(best).rendered(style: .standardOutput))
        }
    }

    private func resolve(_ layer: String, in store: Store, of record: ModelRecord) throws -> LayerID {
        let layers = try store.layers(of: record.id)
        if let position = Int(layer), layers.indices.contains(position) { return layers[position].id }
        return try store.layer(named: layer, of: record.id).id
    }
}
