internal import Approx
internal import ArgumentParser

/// How an evolutionary search goes on from generation to generation.
struct EvolutionOptions: ParsableArguments {
    private static let usual = Evolution()
    private static let most = 1000

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Evolutionary: plans in a generation; \(usual.population) if not given.", valueName: "number"))
    var population: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Evolutionary: generations, the first one included; \(usual.generations) if not given.",
            valueName: "number"))
    var generations: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Evolutionary: chance of a layer's degree to move to the next one; one layer of each plan on average if not "
                + "given.", valueName: "share"))
    var mutationRate: Double?

    func validate() throws {
        if let population, !(2...Self.most).contains(population) {
            throw ValidationError("--population \(population) is outside 2...\(Self.most).")
        }
        if let generations, !(1...Self.most).contains(generations) {
            throw ValidationError("--generations \(generations) is outside 1...\(Self.most).")
        }
        if let mutationRate, !(0...1).contains(mutationRate) {
            throw ValidationError("--mutation-rate \(mutationRate) is outside 0...1.")
        }
    }

    /// - Throws: `ValidationError` where another strategy was given one of these options.
    func validate(for strategy: SearchStrategy) throws {
        let given = [
            population.map { _ in "--population" }, generations.map { _ in "--generations" },
            mutationRate.map { _ in "--mutation-rate" },
        ]
        guard strategy == .evolutionary || given.allSatisfy({ $0 == nil }) else {
            let names = given.compactMap(\.self).joined(separator: ", ")
            throw ValidationError(
                "\(names): only --strategy \(SearchStrategy.evolutionary.rawValue) has generations, and the strategy is "
                    + "\(strategy.rawValue).")
        }
    }

    var evolution: Evolution {
        Evolution(
            population: population ?? Self.usual.population, generations: generations ?? Self.usual.generations,
            mutationRate: mutationRate)
    }
}
