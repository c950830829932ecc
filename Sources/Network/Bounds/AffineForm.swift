/// A tensor as a centre plus multiples of the inputs' deviations, plus what is known by its size alone.
///
/// Each value is centre + sum over inputs g of generators[g] e_g + remainder e with every e in -1...1: a zonotope
/// whose generators are those of the input, the last term a box (Singh et al. 2018, "Fast and effective robustness
/// certification", with the new error terms of all layers merged). Deviations that cancel between paths are seen to
/// cancel, which intervals do not see.
struct AffineForm: Sendable {
    var center: [Double]
    var remainder: [Double]
    var generators: [Patch]

    /// Beyond this no bound helps anybody, and further arithmetic could overflow.
    private static let largest = 1e100

    /// One generator for each value of the box that is not known exactly.
    init(_ box: InputBox) {
        let shape = box.shape
        let middles = box.intervals.map { $0.lower / 2 + $0.upper / 2 }
        center = middles
        remainder = Array(repeating: 0, count: shape.count)
        generators = box.intervals.indices.compactMap { index in
            let radius = max(box.intervals[index].upper - middles[index], middles[index] - box.intervals[index].lower)
            guard radius > 0 else { return nil }
            let place = index % (shape.height * shape.width)
            let (row, column) = (place / shape.width, place % shape.width)
            var patch = Patch(channels: shape.channels, rows: row..<row + 1, columns: column..<column + 1)
            patch.values[index / (shape.height * shape.width)] = radius.nextUp
            return patch
        }
    }

    private init(center: [Double], remainder: [Double], generators: [Patch]) {
        self.center = center
        self.remainder = remainder
        self.generators = generators
    }

    /// Bytes that the generators take.
    var byteCount: Int { generators.reduce(0) { $0 + $1.values.count } * MemoryLayout<Double>.stride }

    /// Whether the form still says something.
    func isUseful(shape: TensorShape) -> Bool {
        let radii = radii(shape: shape)
        return zip(center, radii).allSatisfy { abs($0) + $1 < Self.largest }
    }

    /// How far each value can be from its centre, the rounding of the sum included.
    func radii(shape: TensorShape) -> [Double] {
        var sums = remainder
        for generator in generators {
            generator.forEachRow(in: shape) { own, whole in
                for offset in 0..<generator.columns.count {
                    sums[whole + offset] += abs(generator.values[own + offset])
                }
            }
        }
        return sums.map { $0 + Rounding.error(terms: generators.count, magnitude: $0) }
    }

    /// What each value can be.
    func intervals(shape: TensorShape) -> [Interval] {
        zip(center, radii(shape: shape)).map { Interval.around($0, $1) }
    }

    // MARK: - Operations

    func applying(_ transform: LinearTransform, from input: TensorShape, to output: TensorShape, threads: Int)
        -> AffineForm
    {
        let sizes = zip(center, radii(shape: input)).map { abs($0) + $1 }
        let magnitudes = transform.full(sizes, from: input, to: output, .magnitudes, addingBias: true)
        var spread = transform.full(remainder, from: input, to: output, .magnitudes, addingBias: false)
        for index in spread.indices {
            spread[index] += Rounding.error(terms: transform.terms, magnitude: magnitudes[index])
        }
        return AffineForm(
            center: transform.full(center, from: input, to: output, .signed, addingBias: true), remainder: spread,
            generators: Self.concurrently(generators, threads: threads) { transform($0) })
    }

    func adding(_ other: AffineForm, shape: TensorShape) -> AffineForm {
        let sizes = zip(radii(shape: shape), other.radii(shape: shape)).map { $0 + $1 }
        var result = AffineForm(
            center: zip(center, other.center).map(+), remainder: zip(remainder, other.remainder).map(+),
            generators: zip(generators, other.generators).map(+))
        for index in result.center.indices {
            let magnitude = sizes[index] + abs(center[index]) + abs(other.center[index])
            result.remainder[index] += Rounding.error(terms: 1, magnitude: magnitude)
        }
        return result
    }

    static func stacked(_ forms: [AffineForm]) -> AffineForm {
        let count = forms.map(\.generators.count).min() ?? 0
        return AffineForm(
            center: forms.flatMap(\.center), remainder: forms.flatMap(\.remainder),
            generators: (0..<count).map { index in Patch.stacked(forms.map { $0.generators[index] }) })
    }

    /// Each value x becomes what lies in slope (x - origin) + residual.
    func applying(_ lines: [ActivationLine], shape: TensorShape) -> AffineForm {
        let radii = radii(shape: shape)
        var result = self
        for (index, line) in lines.enumerated() {
            let middle = line.residual.lower / 2 + line.residual.upper / 2
            let half = max(line.residual.upper - middle, middle - line.residual.lower)
            let distance = abs(center[index]) + abs(line.origin) + radii[index]
            let magnitude = abs(line.slope) * distance + line.residual.magnitude
            result.center[index] = line.slope * (center[index] - line.origin) + middle
            result.remainder[index] =
                abs(line.slope) * remainder[index] + half + Rounding.error(terms: 4, magnitude: magnitude)
        }
        for number in generators.indices {
            let generator = generators[number]
            generator.forEachRow(in: shape) { own, whole in
                for offset in 0..<generator.columns.count {
                    result.generators[number].values[own + offset] *= lines[whole + offset].slope
                }
            }
        }
        return result
    }

    /// Works on every generator; the order of the results is theirs, whatever the threads.
    private static func concurrently(
        _ patches: [Patch], threads: Int, _ body: @Sendable (Patch) -> Patch
    ) -> [Patch] {
        let parts = max(1, min(4 * threads, patches.count))
        return OrderedParts(count: parts, threads: threads).map { part in
            patches[patches.count * part / parts..<patches.count * (part + 1) / parts].map(body)
        }.flatMap { $0 }
    }
}

/// A line that an activation stays close to: f(x) is in slope (x - origin) + residual.
struct ActivationLine: Sendable {
    var slope: Double
    var origin: Double
    var residual: Interval
}

extension LinearTransform {
    /// The transform of a whole tensor.
    func full(
        _ values: [Double], from input: TensorShape, to output: TensorShape, _ entries: Entries, addingBias: Bool
    ) -> [Double] {
        let part = self(Patch(values, shape: input), entries)
        var result = part.widened(rows: 0..<output.height, columns: 0..<output.width).values
        if addingBias, let bias {
            let plane = output.height * output.width
            for index in result.indices { result[index] += entries(bias[index / plane]) }
        }
        return result
    }
}
