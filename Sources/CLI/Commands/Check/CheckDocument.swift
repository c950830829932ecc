internal import Encryption
internal import Store
internal import Worker

/// What a check found, as JSON and as tables.
struct CheckDocument: Encodable {
    struct Stage: Encodable {
        let stage: String
        let correct: Int
        let interval: [Double]
        let agreeingWithOriginal: Int
        let agreeingWithPolynomial: Int
        let lost: Int
        let gained: Int
        let largestError: Double?
        let rootMeanSquareError: Double?
        let bits: Double?
        let largestNoise: Double?
        let rootMeanSquareNoise: Double?
    }

    /// Simulated noise in front of a layer.
    struct Layer: Encodable {
        let layer: String
        let rootMeanSquareNoise: Double
        /// nil for a layer that is always 0.
        let bits: Double?
    }

    struct Seconds: Encodable {
        let keys: Double
        let preparation: Double
        let encryption: Double
        let evaluation: Double
        let decryption: Double
        let perBatch: Double
        let perImage: Double
    }

    let circuit: CircuitDocument
    let mode: String
    let split: String
    let images: Int
    let seed: UInt64
    let stages: [Stage]
    let layers: [Layer]
    let seconds: Seconds
    let batches: Int
    /// Of this process: with a separate server, the client's share.
    let peakMemoryBytes: Int?
    let separate: Bool
    let reachBits: Double
    let roomBits: Double
    let library: String?
    let version: String
    let verdict: String

    init(_ report: PlanCheck.Report, _ check: PlanCheck, _ loaded: LoadedPlan, command: CheckCommand) {
        circuit = CircuitDocument(check.circuit, check.cost, loaded, threads: command.threads)
        mode = command.mode.rawValue
        split = command.split.rawValue
        images = report.images
        seed = command.seed
        stages = report.figures.map { figures in
            let interval = Figure.interval(correct: figures.correct, of: report.images)
            return Stage(
                stage: figures.stage.rawValue, correct: figures.correct,
                interval: [interval.lowerBound, interval.upperBound],
                agreeingWithOriginal: figures.agreeingWithOriginal,
                agreeingWithPolynomial: figures.agreeingWithPolynomial, lost: figures.lost, gained: figures.gained,
                largestError: figures.error?.largest, rootMeanSquareError: figures.error?.rootMeanSquare,
                bits: figures.error.flatMap { $0.bits.isFinite ? $0.bits : nil },
                largestNoise: figures.noise?.largest, rootMeanSquareNoise: figures.noise?.rootMeanSquare)
        }
        layers = report.noise.map { noise in
            Layer(
                layer: loaded.layers[noise.site].name, rootMeanSquareNoise: noise.rootMeanSquare,
                bits: noise.bits.isFinite ? noise.bits : nil)
        }
        let times = report.times
        seconds = Seconds(
            keys: times.keys, preparation: times.preparation, encryption: times.encryption,
            evaluation: times.evaluation, decryption: times.decryption, perBatch: times.perBatch,
            perImage: times.perBatch * Double(times.batches) / Double(report.images))
        batches = times.batches
        peakMemoryBytes = Memory.peak
        separate = command.separate
        reachBits = report.reachBits
        roomBits = report.roomBits
        library = report.library
        version = BuildVersion.description
        verdict = Self.verdict(report)
    }

    /// Which stage costs the most images, in one sentence.
    private static func verdict(_ report: PlanCheck.Report) -> String {
        let costs = report.figures.dropFirst().map { (stage: $0.stage, cost: $0.lost - $0.gained) }
        let phrases: [CheckStage: String] = [
            .polynomial: "the polynomials", .circuit: "the circuit", .simulated: "the noise of CKKS",
            .encrypted: "real encryption beyond its simulation",
        ]
        guard let worst = costs.max(by: { $0.cost < $1.cost }), worst.cost > 0 else {
            return "no stage costs accuracy on these \(report.images) images."
        }
        let rest = costs.filter { $0.stage != worst.stage }.reduce(0) { $0 + $1.cost }
        return
            "\(phrases[worst.stage] ?? worst.stage.rawValue) cost \(worst.cost) of \(report.images) images, all other "
            + "stages together \(rest)."
    }

    func rendered(style: Style) -> String {
        var table = Table(columns: [
            .text("stage"), .text("accuracy"), .number("lost"), .number("gained"), .number("agrees with original"),
            .number("with polynomial"), .number("logits error max"), .number("rms"), .number("bits"),
            .number("noise max"), .number("rms"),
        ])
        for stage in stages {
            table.append([
                stage.stage, Figure.accuracy(correct: stage.correct, of: images), "\(stage.lost)", "\(stage.gained)",
                "\(stage.agreeingWithOriginal)", "\(stage.agreeingWithPolynomial)",
                stage.largestError.map(Figure.compact) ?? "-", stage.rootMeanSquareError.map(Figure.compact) ?? "-",
                stage.bits.map { Figure.fixed($0, 1) } ?? "-", stage.largestNoise.map(Figure.compact) ?? "-",
                stage.rootMeanSquareNoise.map(Figure.compact) ?? "-",
            ])
        }
        var parts = [table.rendered(style: style)]
        if !layers.isEmpty {
            var table = Table(columns: [.text("layer"), .number("simulated noise"), .number("bits above it")])
            for layer in layers {
                table.append([
                    layer.layer, Figure.compact(layer.rootMeanSquareNoise),
                    layer.bits.map { Figure.fixed($0, 1) } ?? "-",
                ])
            }
            parts.append(table.rendered(style: style))
        }
        let peak =
            peakMemoryBytes.map { ", at most \(Memory.text($0)) of memory\(separate ? " in the client" : "")" } ?? ""
        return """
            \(style.bold("Plan \(circuit.plan) of \(circuit.model), \(mode), \(Figure.count(images)) \(split) images"))

            \(parts.joined(separator: "\n\n"))

            \(library.map { "OpenFHE \($0), 128-bit security: " } ?? "")ring 2^\(circuit.logRing), \
            \(circuit.levels) levels, \(circuit.imagesPerCiphertext) images a ciphertext, \
            \(Figure.count(circuit.keys)) evaluation keys (\(Memory.text(circuit.keyBytes)))
            Keys \(Figure.duration(seconds.keys)), preparation \(Figure.duration(seconds.preparation)); \
            \(batches) batch\(batches == 1 ? "" : "es") of \(Figure.duration(seconds.perBatch)) (encryption, \
            evaluation, decryption), \(Figure.duration(seconds.perImage)) an image\(peak)
            Logits reach 2^\(Figure.fixed(reachBits, 1)) of 2^\(Figure.fixed(roomBits, 0)) that the last modulus carries

            \(style.bold("Verdict: "))\(verdict)
            """
    }
}
