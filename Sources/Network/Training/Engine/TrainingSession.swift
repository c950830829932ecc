internal import CDNNL
internal import Synchronization

/// The memory in which one thread runs a training program.
///
/// `@unchecked Sendable`: a session is used by one thread at a time; ``TrainingSessionPool`` hands each out to one
/// caller, and its lock orders the callers.
final class TrainingSession: @unchecked Sendable {
    let stream: Primitive.Stream
    private let memory: AlignedBuffer
    private let tables: AlignedBuffer
    /// Floats in one row of ``tableRows``: the padded channels of the widest tensor.
    let tableWidth: Int
    let scratch: AlignedBuffer?
    /// Room for the sums of one site, one normalisation or one expansion.
    let sums: AlignedBuffer
    /// By normalisation: the tables of its kernel, and what the way back needs.
    var normalisations: [NormalisationState]
    /// By normalised expansion.
    var expansions: [ExpansionState]
    /// By site: whether the caller has asked for the gradient that it may give.
    var givenGradients: [Bool]
    /// Called for each site on the way back; nil where nobody looks.
    var activationWatch: ((WatchedActivation) throws(InferenceError) -> Void)?

    init(_ program: TrainingProgram, sums sumCount: Int) throws(InferenceError) {
        stream = try Primitive.Stream()
        memory = try AlignedBuffer(byteCount: max(program.memory, 1) * MemoryLayout<Float>.stride)
        scratch = program.scratchSize > 0 ? try AlignedBuffer(byteCount: program.scratchSize) : nil
        sums = try AlignedBuffer(byteCount: max(sumCount, 1) * MemoryLayout<Double>.stride)
        tableWidth = program.slots.reduce(1) { max($0, $1.tensor.paddedChannels) }
        tables = try AlignedBuffer(byteCount: 2 * tableWidth * MemoryLayout<Float>.stride)
        normalisations = program.normalisations.map { NormalisationState(channels: $0.channels) }
        expansions = program.expansions.map { ExpansionState(channels: $0.channels) }
        givenGradients = Array(repeating: false, count: program.sites.count)
        memory.floats.update(repeating: 0, count: max(program.memory, 1))
    }

    /// Where a tensor or a gradient stands.
    func values(_ slot: Int, of program: TrainingProgram) -> UnsafeMutablePointer<Float> {
        memory.floats + program.slots[slot].offset
    }

    /// Two rows for the tables of a kernel.
    var tableRows: UnsafeMutablePointer<Float> { tables.floats }

    /// Copies tensors of the flat vector to the rows, with zeros behind them.
    func copyTables(scale: Range<Int>, shift: Range<Int>, from values: UnsafePointer<Float>) {
        tableRows.update(repeating: 0, count: 2 * tableWidth)
        for (row, range) in [scale, shift].enumerated() {
            (tableRows + row * tableWidth).update(from: values + range.lowerBound, count: range.count)
        }
    }

    var doubles: UnsafeMutablePointer<Double> { sums.bytes.assumingMemoryBound(to: Double.self) }
}

/// Sessions that wait for their next caller.
final class TrainingSessionPool: Sendable {
    private let program: TrainingProgram
    private let sums: Int
    private let waiting = Mutex<[TrainingSession]>([])

    init(_ program: TrainingProgram, sums: Int) {
        self.program = program
        self.sums = sums
    }

    /// Lends a session to `body`, for as long as that runs.
    func withSession<Result>(_ body: (TrainingSession) throws -> Result) throws -> Result {
        let session = try waiting.withLock { $0.popLast() } ?? TrainingSession(program, sums: sums)
        defer { waiting.withLock { $0.append(session) } }
        cdnnl_use_calling_thread_only()
        return try body(session)
    }
}
