/// Called after each batch with the number of images done; throwing stops the pass.
package typealias Checkpoint = (_ imagesDone: Int) throws -> Void

/// Runs a network over images: its own activations, or polynomials in their place.
///
/// Programs are compiled when they are first needed and kept. A runner may be shared between threads; each call runs
/// on the calling thread only. Images go through in batches of a fixed size, the last one filled up with empty images,
/// so that results depend neither on threads nor on how far a call reaches.
///
/// For example:
///
///     let runner = try NetworkRunner(graph: graph, preprocessing: preprocessing)
///     let predictions = try runner.predict(images, 0..<images.count) { _ in }
package struct NetworkRunner: Sendable {
    /// Images in a batch unless told otherwise. On ResNet-20, 2 to 32 are equally fast within the noise.
    package static let defaultBatch = 16

    package let graph: NetworkGraph
    package let preprocessing: Preprocessing
    package let batch: Int
    private let programs: ProgramCache
    private let sessions = SessionPool()

    /// - Throws: ``InferenceError`` when the batch is empty, the preprocessing is not for this network's channels, or
    ///   the network has more classes than predictions can name.
    package init(
        graph: NetworkGraph, preprocessing: Preprocessing, batch: Int = defaultBatch
    ) throws(InferenceError) {
        guard batch > 0 else { throw .batchSize(batch) }
        guard graph.classCount <= Int(Int16.max) else {
            throw .classCount(graph.classCount, largest: Int(Int16.max))
        }
        do throws(DataError) {
            try preprocessing.validate(channels: graph.inputShape.channels)
        } catch {
            throw .preprocessing(error)
        }
        self.graph = graph
        self.preprocessing = preprocessing
        self.batch = batch
        programs = ProgramCache(graph: graph, batch: batch)
    }

    /// The logits of `range`, image after image: `range.count` x `graph.classCount` values.
    package func logits(_ images: ImageSet, _ range: Range<Int>, checkpoint: Checkpoint) throws -> [Float] {
        var logits: [Float] = []
        logits.reserveCapacity(range.count * graph.classCount)
        try forEachBatch(of: images, range, exposing: .none, checkpoint: checkpoint) { pass in
            var marks = BatchMarks(images: batch, sites: graph.sites.count)
            try pass.run(marks: &marks)
            logits.append(contentsOf: pass.logits)
        }
        return logits
    }

    /// The classes that the original network sees in `range`.
    package func predict(_ images: ImageSet, _ range: Range<Int>, checkpoint: Checkpoint) throws -> Predictions {
        var predictions = Predictions(classes: [])
        try forEachBatch(of: images, range, exposing: .none, checkpoint: checkpoint) { pass in
            var marks = pass.inputMarks
            try pass.run(marks: &marks)
            predictions.append(logits: pass.logits, classCount: graph.classCount, escaped: marks.escaped)
        }
        return predictions
    }

    /// Fills and runs one batch after the other.
    ///
    /// - Parameter body: Called with each batch's input in place.
    func forEachBatch(
        of images: ImageSet, _ range: Range<Int>, exposing exposure: ProgramCache.Exposure, checkpoint: Checkpoint,
        body: (BatchPass) throws -> Void
    ) throws {
        guard images.shape == graph.inputShape else {
            throw InferenceError.imageShape(network: graph.inputShape, images: images.shape)
        }
        guard range.lowerBound >= 0, range.upperBound <= images.count else {
            throw InferenceError.imageRange(range, images: images.count)
        }
        let program = try programs.program(exposing: exposure)
        try sessions.withSession { session in
            try session.prepare(for: program)
            for start in stride(from: range.lowerBound, to: range.upperBound, by: batch) {
                let part = start..<min(start + batch, range.upperBound)
                let pass = BatchPass(
                    program: program, session: session, images: part, classCount: graph.classCount,
                    sites: graph.sites.count)
                pass.fill(images, preprocessing: preprocessing)
                try body(pass)
                try checkpoint(part.upperBound - range.lowerBound)
            }
        }
    }

    /// The program for `exposure`, compiled unless it was before.
    func program(exposing exposure: ProgramCache.Exposure) throws(InferenceError) -> Program {
        try programs.program(exposing: exposure)
    }
}
