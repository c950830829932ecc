package import Foundation

/// How far a check is, and what another process needs to go on from there: the logits of the batches that are done, stage
/// by stage. Keys are never part of it; whoever goes on with an encrypted stage makes new ones.
package struct CheckState: Codable, Sendable {
    /// Another one whenever circuits come to other logits: figures of two programs are not mixed.
    private static let currentArithmetic = 2

    private let arithmetic: Int
    /// The circuit's; see ``CircuitSummary/layout``.
    private let layout: [Int]
    private let images: Range<Int>
    /// That the seconds were taken with.
    private var threads: Int
    /// OpenFHE's version where it runs.
    private let library: String?
    private(set) var outcomes: [CheckStage: CheckOutcome] = [:]

    init(_ circuit: CircuitSummary, images: Range<Int>, library: String?) {
        arithmetic = Self.currentArithmetic
        layout = circuit.layout
        self.images = images
        threads = circuit.threads
        self.library = library
    }

    /// What `stage` has so far.
    subscript(_ stage: CheckStage) -> CheckOutcome {
        get { outcomes[stage] ?? CheckOutcome() }
        set { outcomes[stage] = newValue }
    }

    /// As another process takes it up.
    package func encoded() throws -> Data {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .binary
        return try encoder.encode(self)
    }

    /// Seconds of another number of threads are left out: they would be averaged with others.
    ///
    /// - Returns: Nil for what is no state, or one of another circuit, program or library, or of other images: then the check
    ///   begins anew.
    init?(decoding data: Data, of circuit: CircuitSummary, images: Range<Int>, library: String?) {
        guard var state = try? PropertyListDecoder().decode(CheckState.self, from: data),
            state.arithmetic == Self.currentArithmetic, state.layout == circuit.layout, state.images == images,
            state.library == library
        else {
            return nil
        }
        if state.threads != circuit.threads {
            state.threads = circuit.threads
            for stage in state.outcomes.keys { state.outcomes[stage]?.times = CheckTimes() }
        }
        self = state
    }
}

/// Logits, seconds and the reach of what a backend made of the images so far.
struct CheckOutcome: Codable, Sendable {
    /// Images that are done.
    private(set) var images = 0
    /// Image after image.
    var logits: [Double] = []
    var times = CheckTimes()
    /// log2 of the largest magnitude in a slot, 0 at least; infinite where one is not finite.
    private(set) var reachBits = 0.0

    mutating func timed<Result>(
        _ part: WritableKeyPath<CheckTimes, Double>, _ body: () throws -> Result
    ) rethrows -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        defer { times[keyPath: part] += (clock.now - start) / .seconds(1) }
        return try body()
    }

    /// The decrypted slots of one batch.
    mutating func add(_ slots: [[Double]], _ images: Range<Int>, _ circuit: Circuit) {
        times.batches += 1
        self.images += images.count
        for image in 0..<images.count { logits += circuit.logits(slots, image: image) }
        reachBits = slots.joined().reduce(reachBits) { $1.isFinite ? max($0, log2(abs($1))) : .infinity }
    }
}
