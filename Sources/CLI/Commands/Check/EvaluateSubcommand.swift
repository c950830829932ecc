internal import ArgumentParser
internal import Encryption
internal import Foundation
internal import Store

/// `centroid evaluate`: the server of `centroid check --separate`. People never type it.
struct EvaluateSubcommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Be the server of `centroid check --separate`.", shouldDisplay: false)

    @Argument var model: String
    @Option var plan: String
    @Option var images: Int
    @Option var folder: String
    @Option var batches: Int
    @Option var threads: Int
    @Option(transform: { try ByteCount(parsing: $0) }) var memoryLimit: ByteCount
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard images > 0, batches > 0, threads > 0 else {
            throw ValidationError("--images, --batches and --threads: choose 1 or more of each.")
        }
    }

    func run() throws {
        ParentProcess.endWithIt()
        let loaded = try LoadedPlan(plan, of: model, in: try Store.reader(at: store.path))
        let circuit = try Circuit(
            loaded.graph, plan: loaded.replacements, images: images, memoryLimit: memoryLimit.bytes)
        let cost = try CircuitCost(circuit, images: images, threads: threads, memoryLimit: memoryLimit.bytes)
        let service = try CircuitService(circuit, cost.schedule, threads: cost.threads)
        let times = try service.evaluate(RoleFolder(folder), batches: batches, try OpenFHELibrary())
        try JSONOutput.print(times)
    }
}
