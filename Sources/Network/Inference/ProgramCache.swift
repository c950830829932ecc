internal import Synchronization

/// The programs of one network that were needed so far.
final class ProgramCache: Sendable {
    /// Which sites' inputs a program leaves visible.
    struct Exposure: Hashable, Sendable {
        var sites: Set<Int>
        /// A site from which the rest may be run several times.
        var restart: Int?

        static let none = Exposure(sites: [], restart: nil)
    }

    /// Programs are small, since they share their weights, but there are many mixed plans.
    private static let capacity = 128

    private let graph: NetworkGraph
    private let batch: Int
    private let primitives = PrimitiveCache()
    private let programs = Mutex<[Exposure: Program]>([:])

    init(graph: NetworkGraph, batch: Int) {
        self.graph = graph
        self.batch = batch
    }

    /// The program for `exposure`, compiled unless it was before.
    func program(exposing exposure: Exposure) throws(InferenceError) -> Program {
        if let known = programs.withLock({ $0[exposure] }) { return known }
        var compiler = ProgramCompiler(
            graph: graph, batch: batch, primitives: primitives, exposed: exposure.sites, restart: exposure.restart)
        let program = try compiler.compile()
        programs.withLock { programs in
            if programs.count >= Self.capacity { programs.removeAll() }
            programs[exposure] = program
        }
        return program
    }
}
