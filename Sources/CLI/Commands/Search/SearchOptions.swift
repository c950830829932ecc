internal import Approx
internal import ArgumentParser
internal import Network
internal import Scheduler
internal import Store

/// What a search looks for.
struct SearchOptions: ParsableArguments {
    @Argument(help: "The model's name.")
    var model: String

    @Option(
        parsing: .unconditional, help: "Levels that no plan may exceed, linear pieces included; no limit if not given.")
    var levels: Int?

    @Flag(help: "The whole front: the best plans for budgets from the fewest levels up to --levels.")
    var pareto = false

    @Option(
        parsing: .unconditional,
        help: "With --pareto: budgets of the front at equal distances; \(usualBudgets) if not given.")
    var budgets: Int?

    @Option(
        parsing: .unconditional, help: "Time for trials, as 90s or 10m; no trial begins beyond it.",
        transform: { try TimeSpan(parsing: $0) })
    var seconds: TimeSpan?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Trials of whole networks, at most; \(usualEvaluations) if not given, and what the generations of an "
                + "evolutionary search come to.", valueName: "number"))
    var evaluations: Int?

    @Option(
        parsing: .unconditional,
        help: "Degrees: 2...7 or 2,4,8; if not given, those of 2...8 that the price list makes worth trying.",
        transform: { try DegreeList(parsing: $0) })
    var degrees: DegreeList?

    @Option(help: "Fitters of single layers.", transform: { try FitterList(parsing: $0) })
    var fitters = FitterList.leastSquares

    @Flag(inversion: .prefixedNo, help: "Refit the weights of each trial by the guided method.")
    var refit = true

    @Option(
        help: "How plans are found: \(SearchStrategy.allCases.map(\.rawValue).joined(separator: ", ")).",
        transform: { try NamedWord.parse($0, "strategy") })
    var strategy = SearchStrategy.dynamic

    @OptionGroup var evolution: EvolutionOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Train each trial and each finalist towards the original network, without labels, for so many passes over the "
                + "calibration images.", valueName: "number"))
    var fineTuneEpochs: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Train the finalists so, for as many passes as this, whatever the trials are.", valueName: "number"))
    var finalEpochs: Double?

    @Option(
        help: "Costs of the additive model: \(SearchWish.Costs.allCases.map(\.rawValue).joined(separator: ", ")).",
        transform: { try NamedWord.parse($0, "kind of costs") })
    var costs = SearchWish.Costs.measured

    @Option(help: "Price list: openfhe, lattigo, seal, or a JSON file.")
    var prices = PricedBackend.openfhe.rawValue

    @Option(parsing: .unconditional, help: "Validation images of a trial.")
    var images = 1000

    @Option(
        parsing: .unconditional,
        help:
            "Calibration images that trials are refitted with; \(usualRefitImages) if not given, or as many as there are."
    )
    var refitImages: Int?

    @Option(parsing: .unconditional, help: "Plans of the front to make with all images at the end.")
    var finalists = 4

    @Option(
        parsing: .unconditional,
        help:
            "Calibration images that finalists are refitted with; \(usualFinalImages) if not given, or as many as there are."
    )
    var finalImages: Int?

    @Flag(help: "When the search has ended, the test figure of each finalist; the search never sees it.")
    var test = false

    @Option(parsing: .unconditional, help: "Levels of a fresh or a bootstrapped ciphertext; counts bootstraps.")
    var chain: Int?

    @Option(parsing: .unconditional, help: "Seconds of a bootstrap, for the estimate; needs --chain.")
    var bootstrapSeconds: Double?

    @Option(parsing: .unconditional, help: "Seed of every random choice.")
    var seed: UInt64 = 0

    private static let usualEvaluations = 24
    private static let usualBudgets = 8
    private static let usualRefitImages = 1000
    private static let usualFinalImages = 10_000

    func validate() throws {
        let counts = [
            ("--images", images), ("--refit-images", refitImages), ("--final-images", finalImages),
            ("--budgets", budgets), ("--evaluations", evaluations),
        ]
        for case (let name, let value?) in counts where !(1...1_000_000).contains(value) {
            throw ValidationError("\(name) \(value) is outside 1...1000000.")
        }
        if budgets != nil, !pareto { throw ValidationError("--budgets is about a whole front; add --pareto.") }
        for (name, value) in [("--refit-images", refitImages), ("--final-images", finalImages)]
        where value != nil && !refit {
            throw ValidationError("\(name) is for networks with refitted weights; leave out --no-refit.")
        }
        let ofFinalists = finalImages.map { _ in "--final-images" } ?? finalEpochs.map { _ in "--final-epochs" }
        if let ofFinalists, finalists == 0 {
            throw ValidationError("\(ofFinalists) is for finalists, and --finalists 0 makes none; allow some.")
        }
        guard (0...1000).contains(finalists) else {
            throw ValidationError("--finalists \(finalists) is outside 0...1000.")
        }
        try evolution.validate(for: strategy)
        for case (let name, let epochs?) in [("--fine-tune-epochs", fineTuneEpochs), ("--final-epochs", finalEpochs)] {
            guard epochs > 0, epochs <= 1000 else {
                throw ValidationError("\(name) \(epochs) is not above 0 and at most 1000.")
            }
            guard refit else {
                throw ValidationError("\(name) is for networks with refitted weights; leave out --no-refit.")
            }
        }
        if test, finalists == 0 {
            throw ValidationError("--test is for finalists, and --finalists 0 makes none; allow some.")
        }
        if let levels, levels < 1 { throw ValidationError("--levels \(levels) is not positive.") }
        if let chain, chain < 1 { throw ValidationError("--chain \(chain) is not positive.") }
        if let bootstrapSeconds, !bootstrapSeconds.isFinite || bootstrapSeconds < 0 {
            throw ValidationError("--bootstrap-seconds \(bootstrapSeconds) is no time.")
        }
        if bootstrapSeconds != nil, chain == nil {
            throw ValidationError("--bootstrap-seconds needs --chain, which says when a ciphertext is bootstrapped.")
        }
        guard pareto || levels != nil else {
            throw ValidationError("Say how many levels a plan may take with --levels, or ask for all with --pareto.")
        }
        if let method = fitters.methods.first {
            throw ValidationError("--fitters \(method.rawValue): that makes whole networks; name fitters of layers.")
        }
        if fitters.fitters.contains(.composite) {
            throw ValidationError("--fitters composite: a search chooses degrees, and composites have none to choose.")
        }
    }

    /// The wish, with the degrees that the price list makes worth trying.
    func wish(for model: ModelRecord, in store: Store) throws -> SearchWish {
        guard let name = model.dataset else {
            throw CommandFailure(.usage, "model \(model.name) names no data set; add it again with one")
        }
        let dataset = try store.dataset(named: name)
        let calibration = dataset.count(of: .calibration), validation = dataset.count(of: .validation)
        guard images <= validation else {
            throw CommandFailure(
                .usage, "--images \(images): the validation set of \(name) has only \(validation) images")
        }
        let list = try priceList()
        let wanted = try degrees?.degrees ?? list.bandTops(among: GuidedSettings.allowedDegrees.map { try Degree($0) })
        if refit, let degree = wanted.first(where: { !GuidedSettings.allowedDegrees.contains($0.value) }) {
            throw CommandFailure(
                .usage,
                "degree \(degree) is outside \(GuidedSettings.allowedDegrees), the degrees that weights can be refitted "
                    + "with; choose others, or --no-refit")
        }
        func selection(_ images: Int) -> ImageSelection {
            ImageSelection(dataset: dataset.fingerprint, split: .validation, images: images)
        }
        let evolution = strategy == .evolutionary ? evolution.evolution : nil
        let most = evolution?.evaluations ?? Self.usualEvaluations
        return SearchWish(
            strategy: strategy,
            goal: SearchGoal(
                levels: levels, budgets: pareto ? budgets ?? Self.usualBudgets : 1, seed: seed, evolution: evolution),
            fits: FitSelection(
                degrees: wanted, fitters: fitters.fitters, settings: FitSettings(seed: seed),
                calibration: Calibration(dataset: dataset.fingerprint, images: min(5000, calibration))),
            prices: try wanted.map { degree in
                let price = try list.price(of: degree)
                return DegreePrice(degree: degree, levels: price.levels, seconds: price.seconds)
            },
            costs: costs,
            sensitivityImages: Calibration(dataset: dataset.fingerprint, images: min(500, calibration)),
            images: selection(images),
            refit: refit
                ? .quick(images: min(refitImages ?? Self.usualRefitImages, calibration))
                : nil,
            fineTuning: fineTuneEpochs.map { training(for: $0, on: dataset) },
            evaluations: evolution == nil ? evaluations ?? most : min(evaluations ?? most, most),
            seconds: seconds.map { $0.duration / .seconds(1) }, finalists: finalists,
            finalRefit: refit
                ? .standard(
                    images: min(finalImages ?? Self.usualFinalImages, calibration))
                : nil,
            finalFineTuning: finalEpochs.map { training(for: $0, on: dataset) }, finalImages: selection(validation))
    }

    /// What there is less of than was asked for.
    func notes(on wish: SearchWish) -> [String] {
        let parts = [
            (option: "--refit-images", wanted: refitImages, used: wish.refit?.images),
            (option: "--final-images", wanted: finalImages, used: wish.finalRefit?.images),
        ]
        var notes: [String] = []
        for part in parts {
            guard let wanted = part.wanted, let used = part.used, used < wanted else { continue }
            notes.append("\(part.option) \(wanted): there are \(used) calibration images; all of them are used")
        }
        return notes
    }

    private func training(for epochs: Double, on dataset: DatasetRecord) -> SearchWish.FineTuning {
        SearchWish.FineTuning(
            settings: DistillationSettings(budget: .epochs(epochs), seed: seed),
            images: Calibration(dataset: dataset.fingerprint, images: dataset.count(of: .calibration)))
    }

    /// All test images of the data set that the search is about.
    func testImages(of wish: SearchWish, in store: Store) throws -> ImageSelection {
        guard let dataset = try store.datasets(fingerprint: wish.images.dataset).first else {
            throw CommandFailure(.dataError, "the data set of \(model) was removed from the store; add it again")
        }
        return ImageSelection(dataset: dataset.fingerprint, split: .test, images: dataset.testImages)
    }

    private func priceList() throws -> PriceList {
        if let backend = PricedBackend(rawValue: prices) { return try PriceList.builtIn(backend) }
        return try PriceList(decoding: try InputReader.contents(of: prices), file: prices)
    }
}
