/// Conjugate gradients on the weights of a layer with its polynomials projected out, see ``LayerReconstruction``.
///
/// Channels are problems of their own that share the matrix products.
struct JointDescent {
    /// What became of a layer.
    struct Outcome {
        /// Channels x features.
        var weights: [Float]
        /// Held-out squared error of the activation over its variance, all channels together; before and after.
        var initialError: Double
        var error: Double
        /// Of the channel that took most.
        var steps: Int
    }

    private let sample: LayerSample
    private let degree: Int
    private let system: RidgeSystem
    private let settings: ReconstructionSettings
    private let stop: StopCheck
    private var rows: DescentRows
    private var channels: [ChannelDescent] = []
    /// Coefficients of each channel, ascending in t.
    private var polynomials: [[Double]] = []

    init(
        _ sample: LayerSample, function: ActivationFunction, degree: Int, system: RidgeSystem,
        settings: ReconstructionSettings, threads: Int, stop: @escaping StopCheck
    ) {
        self.sample = sample
        self.degree = degree
        self.system = system
        self.settings = settings
        self.stop = stop
        rows = DescentRows(sample, function: function, threads: threads)
    }

    /// Descends from `start`, channels x features.
    ///
    /// - Throws: What the check for a stop throws.
    mutating func run(from start: [Float]) throws -> Outcome {
        rows.setActivations()
        try stop()
        rows.place(at: start)
        try stop()
        let fitted = rows.moments(sample.trainingRows, degree: degree)
        let heldOut = rows.moments(sample.heldOutRows, degree: degree)
        polynomials = (0..<sample.channels).map { fitted[$0].fit().coefficients }
        channels = polynomials.enumerated().map { channel, coefficients in
            ChannelDescent(
                weights: start[range(of: channel)].map(Double.init), error: fitted[channel].error(of: coefficients),
                heldOut: heldOut[channel].error(of: coefficients))
        }
        let variances = channels.indices.map { heldOut[$0].targetVariance }
        let initial = Self.relative(channels.map(\.bestHeldOut), to: variances)
        for _ in 0..<settings.steps where channels.contains(where: \.isActive) {
            try advance()
        }
        return Outcome(
            weights: channels.flatMap { $0.best.map(Float.init) }, initialError: initial,
            error: Self.relative(channels.map(\.bestHeldOut), to: variances), steps: channels.map(\.steps).max() ?? 0)
    }

    /// One step of every channel.
    private mutating func advance() throws {
        try stop()
        var gradient = rows.gradient(of: polynomials, degree: degree)
        for channel in channels.indices where !gradient.values[range(of: channel)].allSatisfy(\.isFinite) {
            channels[channel].stop()
            for index in range(of: channel) { gradient.values[index] = 0 }
        }
        try stop()
        let scaled = system.solve(gradient.values)
        try stop()
        for channel in channels.indices {
            let curvature = gradient.curvatures[channel / 8][channel % 8]
            channels[channel].turn(
                gradient: Array(gradient.values[range(of: channel)]),
                scaled: scaled[range(of: channel)].map { curvature > 0 ? $0 / curvature : 0 })
        }
        rows.aim(along: channels.flatMap { $0.direction.map(Float.init) })
        let trials = try ChannelDescent.trials.map { trial in
            try stop()
            let lengths = channels.map { Float(trial * $0.length) }
            return rows.moments(sample.trainingRows, degree: degree, after: lengths)
        }
        var stepped: [Int] = []
        let lengths = channels.indices.map { channel in
            let fits = trials.map { $0[channel].fit() }
            guard let trial = channels[channel].step(errors: fits.map(\.error)) else { return Float(0) }
            polynomials[channel] = fits[trial].coefficients
            stepped.append(channel)
            return Float(channels[channel].length)
        }
        rows.move(by: lengths)
        let heldOut = rows.moments(sample.heldOutRows, degree: degree)
        for channel in stepped {
            channels[channel].judge(heldOut: heldOut[channel].error(of: polynomials[channel]))
        }
    }

    private func range(of channel: Int) -> Range<Int> {
        channel * sample.features..<(channel + 1) * sample.features
    }

    private static func relative(_ errors: [Double], to variances: [Double]) -> Double {
        let variance = variances.reduce(0, +)
        return variance > 0 ? errors.reduce(0, +) / variance : 0
    }
}
