internal import Approx

/// The original network and the plan's, compiled alike: the same steps over the same buffers, which differ only in
/// weights and at the activation sites. So a pass may change from one to the other at any step.
struct TwinPrograms: Sendable {
    enum Side {
        case original
        case planned

        var other: Side { self == .original ? .planned : .original }
    }

    let runner: NetworkRunner
    let exposure: ProgramCache.Exposure
    let original: Program
    let planned: Program
    let tables: [PolynomialTable?]
    /// By site: the step at which its function or polynomial is applied.
    let siteSteps: [Int]
    /// By step: the site that it belongs to.
    private let owners: [Int?]
    /// By step: the replaced or refitted sites whose first step it is.
    private let starts: [[Int]]

    init(_ network: PlannedNetwork, preprocessing: Preprocessing, batch: Int) throws {
        let graph = network.original.withDistinctNodeNames
        exposure = ProgramCache.Exposure(sites: Set(graph.sites.indices), restart: nil)
        runner = try NetworkRunner(graph: graph, preprocessing: preprocessing, batch: batch)
        original = try runner.program(exposing: exposure)
        let nodeOwners = PlannedNetwork.owners(in: graph)
        let isRefitted = zip(network.original.nodes, network.refitted.nodes).map {
            !$0.operation.hasWeights(of: $1.operation)
        }
        if isRefitted.contains(true) {
            let other = network.refitted.withDistinctNodeNames
            planned = try NetworkRunner(graph: other, preprocessing: preprocessing, batch: batch)
                .program(exposing: exposure)
        } else {
            planned = original
        }
        guard original.isLike(planned) else {
            throw InferenceError.damagedWeights(reason: "the refitted network has another architecture")
        }
        let ownersByName = Dictionary(uniqueKeysWithValues: zip(graph.nodes.map(\.name), nodeOwners))
        let program = original
        var owners = program.steps.map { ownersByName[$0.name] ?? nil }
        siteSteps = graph.sites.indices.map { program.siteSteps[$0] ?? 0 }
        for (site, step) in siteSteps.enumerated() { owners[step] = site }
        let refittedNames = Set(zip(graph.nodes, isRefitted).filter(\.1).map(\.0.name))
        var starts: [[Int]] = Array(repeating: [], count: program.steps.count)
        for site in graph.sites.indices {
            let refitted = program.steps.indices.first {
                owners[$0] == site && refittedNames.contains(program.steps[$0].name)
            }
            if let first = [refitted, network.plan[site] == nil ? nil : siteSteps[site]].compactMap({ $0 }).min() {
                starts[first].append(site)
            }
        }
        self.owners = owners
        self.starts = starts
        tables = try runner.tables(for: network.plan, in: original)
    }

    var graph: NetworkGraph { runner.graph }

    /// Replaced and refitted sites.
    var differingSites: Set<Int> { Set(starts.joined()) }

    /// Those whose layer begins with `step`.
    func sites(startingAt step: Int) -> [Int] { starts[step] }

    /// Runs a step of one side; of the other where it belongs to the `exception`.
    func run(
        _ step: Int, _ side: Side, except exception: Int? = nil, _ pass: BatchPass, marks: inout BatchMarks
    ) throws(InferenceError) {
        let side = exception != nil && owners[step] == exception ? side.other : side
        try pass.session.run(
            side == .original ? original : planned, steps: step..<step + 1, images: pass.images.count,
            replacing: side == .original ? [] : tables, marks: &marks)
    }
}

extension Program {
    /// Whether both have the same steps over the same buffers, weights apart.
    fileprivate func isLike(_ other: Program) -> Bool {
        func places(_ program: Program) -> [BatchTensor] { program.slots.map(\.tensor) }
        return places(self) == places(other) && slots.map(\.buffer) == other.slots.map(\.buffer)
            && steps.map(\.name) == other.steps.map(\.name) && steps.map(\.inputs) == other.steps.map(\.inputs)
            && steps.map(\.output) == other.steps.map(\.output) && siteSteps == other.siteSteps
            && bufferSizes == other.bufferSizes
    }
}

extension NetworkGraph {
    /// The same network; of nodes with one name, all but the first carry their number too.
    fileprivate var withDistinctNodeNames: NetworkGraph {
        var graph = self
        var known: Set<String> = []
        for index in graph.nodes.indices where !known.insert(graph.nodes[index].name).inserted {
            var name = "\(graph.nodes[index].name) (node \(index))"
            while !known.insert(name).inserted { name += "'" }
            graph.nodes[index].name = name
        }
        return graph
    }
}

extension Operation {
    fileprivate func hasWeights(of other: Operation) -> Bool {
        switch (self, other) {
        case (.convolution(let a), .convolution(let b)): a.weights == b.weights && a.bias == b.bias
        case (.linear(let a), .linear(let b)): a.weights == b.weights && a.bias == b.bias
        case (.affine(let scale, let shift), .affine(let otherScale, let otherShift)):
            scale == otherScale && shift == otherShift
        default: true
        }
    }
}
