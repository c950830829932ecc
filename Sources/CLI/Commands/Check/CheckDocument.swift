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

        init(_ figures: CheckFigures, of images: Int) {
            stage = figures.stage.rawValue
            correct = figures.correct
            interval = Figure.interval(correct: figures.correct, of: images).ends
            agreeingWithOriginal = figures.agreeingWithOriginal
            agreeingWithPolynomial = figures.agreeingWithPolynomial
            lost = figures.lost
            gained = figures.gained
            largestError = figures.error?.largest
            rootMeanSquareError = figures.error?.rootMeanSquare
            bits = figures.error?.bits
            largestNoise = figures.noise?.largest
            rootMeanSquareNoise = figures.noise?.rootMeanSquare
        }
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

        init(_ times: CheckTimes, images: Int) {
            keys = times.keys
            preparation = times.preparation
            encryption = times.encryption
            evaluation = times.evaluation
            decryption = times.decryption
            perBatch = times.perBatch
            perImage = times.perBatch * Double(times.batches) / Double(images)
        }
    }

    let circuit: CircuitDocument
    let mode: String
    let dataset: String
    let split: String
    let images: Int
    let seed: UInt64
    let stages: [Stage]
    let layers: [Layer]
    let seconds: Seconds
    let batches: Int
    /// Of the process that ran it: with a separate server, the client's share.
    let peakMemoryBytes: Int?
    let separate: Bool
    let reachBits: Double
    let roomBits: Double
    let library: String?
    let version: String
    let verdict: String

    init(
        _ report: CheckReport, _ run: CheckRun, model: String, plan: String, mode: EvaluationMode, dataset: String,
        split: SplitName, seed: UInt64, separate: Bool = false
    ) {
        circuit = CircuitDocument(model: model, plan: plan, circuit: run.circuit)
        self.mode = mode.rawValue
        self.dataset = dataset
        self.split = split.rawValue
        images = report.images
        self.seed = seed
        stages = report.stages.map { Stage($0, of: report.images) }
        layers = report.noise.map {
            Layer(layer: $0.layer, rootMeanSquareNoise: $0.rootMeanSquare, bits: $0.bits)
        }
        seconds = Seconds(run.times, images: report.images)
        batches = run.times.batches
        peakMemoryBytes = run.peakMemoryBytes
        self.separate = separate
        reachBits = report.reachBits
        roomBits = report.roomBits
        library = run.library
        version = run.version
        verdict = CheckVerdict(report).description
    }

    func rendered(style: Style) -> String {
        let title =
            "Plan \(circuit.plan) of \(circuit.model), \(mode), \(Figure.count(images)) \(split) images of \(dataset)"
        let circuit = circuit.circuit
        let peak =
            peakMemoryBytes.map { ", at most \(Memory.text($0)) of memory\(separate ? " in the client" : "")" } ?? ""
        return """
            \(style.bold(title))

            \(tables(style: style).joined(separator: "\n\n"))

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

    private func tables(style: Style) -> [String] {
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
        guard !layers.isEmpty else { return [table.rendered(style: style)] }
        var noise = Table(columns: [.text("layer"), .number("simulated noise"), .number("bits above it")])
        for layer in layers {
            noise.append([
                layer.layer, Figure.compact(layer.rootMeanSquareNoise),
                layer.bits.map { Figure.fixed($0, 1) } ?? "-",
            ])
        }
        return [table.rendered(style: style), noise.rendered(style: style)]
    }
}

extension CheckDocument {
    /// A check of the store.
    init(_ check: CheckRecord, model: String, plan: String, dataset: String, seed: UInt64) throws(StoreError) {
        self.init(
            try CanonicalJSON.value(CheckReport.self, from: check.report, of: "report of check \(check.id)"),
            try CanonicalJSON.value(CheckRun.self, from: check.run, of: "run of check \(check.id)"),
            model: model, plan: plan, mode: check.mode, dataset: dataset, split: check.images.split, seed: seed)
    }
}
