internal import Approx
internal import CDNNL
internal import Dispatch
internal import Synchronization

/// Runs single nodes of a network over whole sets of images, on several threads.
struct NodeRunner: Sendable {
    /// Images in a batch; part of the bits of the result.
    static let batch = 16

    private let sessions = SessionPool()
    let threads: Int
    let stop: StopCheck

    /// - Parameter stop: Called before each batch.
    init(threads: Int, stop: @escaping StopCheck) {
        self.threads = threads
        self.stop = stop
    }

    /// Runs a node that reads one value.
    ///
    /// - Parameters:
    ///   - operation: Its activation's site, if it is one, is 0 and has `function`.
    ///   - replacement: What stands in for the function.
    /// - Returns: Which images escaped at the replacement.
    @discardableResult
    func run(
        _ name: String, _ operation: Operation, function: ActivationFunction? = nil,
        replacement: Approximation? = nil, from input: ActivationStore, into output: ActivationStore
    ) throws -> [Bool] {
        let graph = Self.graph(name, operation, function: function, from: input.shape, to: output.shape)
        let exposed: Set<Int> = replacement == nil ? [] : [0]
        var compiler = ProgramCompiler(
            graph: graph, batch: Self.batch, primitives: PrimitiveCache(), exposed: exposed, restart: nil)
        let program = try compiler.compile()
        var table: PolynomialTable?
        if let replacement, let step = program.siteSteps[0] {
            let tensor = program.slots[program.steps[step].output].tensor
            table = try PolynomialTable(replacement, site: name, tensor: tensor)
        }
        let tables = [table]
        let escaped = Mutex(Array(repeating: false, count: input.images))
        try forEachBatch(input.images) { images in
            try sessions.withSession { session in
                try session.prepare(for: program)
                let into = session.values(of: program.input, in: program)
                into.update(from: input.image(images.lowerBound), count: images.count * input.shape.count)
                let written = images.count * input.shape.count
                (into + written).update(repeating: 0, count: Self.batch * input.shape.count - written)
                var marks = BatchMarks(images: Self.batch, sites: 1)
                try session.run(
                    program, steps: program.steps.indices, images: images.count, replacing: tables, marks: &marks)
                output.image(images.lowerBound).update(
                    from: session.values(of: program.output, in: program), count: images.count * output.shape.count)
                if replacement != nil {
                    escaped.withLock { escaped in
                        for (offset, image) in images.enumerated() where marks.escaped[offset] != 0 {
                            escaped[image] = true
                        }
                    }
                }
            }
        }
        return escaped.withLock { $0 }
    }

    /// Sums two values, or stacks several along the channels.
    func combine(_ operation: Operation, _ inputs: [ActivationStore], into output: ActivationStore) throws {
        try forEachBatch(output.images) { images in
            for image in images {
                let target = output.image(image)
                if case .add = operation {
                    cdnnl_add(inputs[0].image(image), inputs[1].image(image), target, output.shape.count)
                } else {
                    var offset = 0
                    for input in inputs {
                        (target + offset).update(from: input.image(image), count: input.shape.count)
                        offset += input.shape.count
                    }
                }
            }
        }
    }

    /// What `body` gives for each batch of images, in their order.
    func mapBatches<Element: Sendable>(
        _ images: Int, _ body: @Sendable (Range<Int>) throws -> Element
    ) throws -> [Element] {
        let results = Mutex<[Element?]>(Array(repeating: nil, count: (images + Self.batch - 1) / Self.batch))
        try forEachBatch(images) { batch in
            let result = try body(batch)
            results.withLock { $0[batch.lowerBound / Self.batch] = result }
        }
        return results.withLock { $0 }.compactMap(\.self)
    }

    /// Adds up what `body` gives for each batch of images, in their order.
    ///
    /// - Parameter body: Gives as many sums as `zero` has, each for the batch alone.
    func sumBatches(_ images: Int, _ zero: [Double], _ body: @Sendable (Range<Int>) throws -> [Double]) throws
        -> [Double]
    {
        var total = zero
        // A window at a time, so that no more than its sums are held.
        let window = 64 * Self.batch
        for start in stride(from: 0, to: images, by: window) {
            let parts = try mapBatches(min(window, images - start)) {
                try body(start + $0.lowerBound..<start + $0.upperBound)
            }
            for part in parts {
                for index in total.indices { total[index] += part[index] }
            }
        }
        return total
    }

    /// Calls `body` for each batch of images.
    func forEachBatch(_ images: Int, _ body: @Sendable (Range<Int>) throws -> Void) throws {
        let batches = (images + Self.batch - 1) / Self.batch
        let next = Atomic(0)
        let failure = Mutex<(any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, batches))) { _ in
            while failure.withLock({ $0 == nil }) {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < batches else { return }
                do {
                    try stop()
                    try body(index * Self.batch..<min((index + 1) * Self.batch, images))
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    private static func graph(
        _ name: String, _ operation: Operation, function: ActivationFunction?, from input: TensorShape,
        to output: TensorShape
    ) -> NetworkGraph {
        NetworkGraph(
            values: [.init(name: "input", shape: input), .init(name: name, shape: output)], input: 0, output: 1,
            nodes: [.init(name: name, operation: operation, inputs: [0], output: 1)],
            sites: function.map { [.init(name: name, function: $0, shape: input)] } ?? [])
    }
}
