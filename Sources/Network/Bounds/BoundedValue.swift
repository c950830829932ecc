/// What is known of one value of the network: a box, and where it is worth keeping, an affine form.
struct BoundedValue: Sendable {
    let shape: TensorShape
    private(set) var box: [Interval]
    private(set) var form: AffineForm?

    /// - Parameter form: Left out where it takes more than `bytes` or says nothing any more; it narrows the box.
    init(shape: TensorShape, box: [Interval], form: AffineForm?, bytes: Int) {
        self.shape = shape
        self.box = box
        guard let form, form.byteCount <= bytes, form.isUseful(shape: shape) else { return }
        self.form = form
        self.box = zip(box, form.intervals(shape: shape)).map { $0.intersection($1) }
    }

    /// A linear node's output.
    func applying(_ transform: LinearTransform, to output: TensorShape, threads: Int, bytes: Int) -> BoundedValue {
        BoundedValue(
            shape: output, box: Self.image(of: box, under: transform, from: shape, to: output),
            form: form?.applying(transform, from: shape, to: output, threads: threads), bytes: bytes)
    }

    /// The box around all that a linear node makes of a box: centre and radius go separately (Rump 1999).
    private static func image(
        of box: [Interval], under transform: LinearTransform, from input: TensorShape, to output: TensorShape
    ) -> [Interval] {
        // What is not bounded stays so in everything that it reaches with a weight that is not 0.
        let middles = box.map { $0.isBounded ? $0.lower / 2 + $0.upper / 2 : 0 }
        let radii = zip(box, middles).map { interval, middle in
            interval.isBounded ? max(interval.upper - middle, middle - interval.lower).nextUp : .infinity
        }
        let sizes = zip(middles, radii).map { abs($0) + $1 }
        let centers = transform.full(middles, from: input, to: output, .signed, addingBias: true)
        let spreads = transform.full(radii, from: input, to: output, .magnitudes, addingBias: false)
        let magnitudes = transform.full(sizes, from: input, to: output, .magnitudes, addingBias: true)
        return centers.indices.map { index in
            let rounding = Rounding.error(terms: transform.terms, magnitude: magnitudes[index])
            return Interval.around(centers[index], spreads[index] + rounding)
        }
    }

    static func sum(_ a: BoundedValue, _ b: BoundedValue, bytes: Int) -> BoundedValue {
        let box = zip(a.box, b.box).map { a, b in
            let (lower, upper) = ((a.lower + b.lower).nextDown, (a.upper + b.upper).nextUp)
            return lower <= upper ? Interval(lower, upper) : .everything
        }
        var form: AffineForm?
        if let first = a.form, let second = b.form { form = first.adding(second, shape: a.shape) }
        return BoundedValue(shape: a.shape, box: box, form: form, bytes: bytes)
    }

    static func stack(_ parts: [BoundedValue], to shape: TensorShape, bytes: Int) -> BoundedValue {
        let forms = parts.compactMap(\.form)
        return BoundedValue(
            shape: shape, box: parts.flatMap(\.box),
            form: forms.count == parts.count ? AffineForm.stacked(forms) : nil, bytes: bytes)
    }

    /// The largest of what each window sees; affine forms end here.
    func maximum(_ pool: Operation.Pool, to output: TensorShape) -> BoundedValue {
        let window = pool.window
        var result: [Interval] = []
        result.reserveCapacity(output.count)
        for channel in 0..<output.channels {
            for row in 0..<output.height {
                for column in 0..<output.width {
                    var largest: Interval?
                    for tap in 0..<window.kernelHeight * window.kernelWidth {
                        let (y, x) = (tap / window.kernelWidth, tap % window.kernelWidth)
                        let inputRow = row * window.strideHeight - window.top + y * window.dilationHeight
                        let inputColumn = column * window.strideWidth - window.left + x * window.dilationWidth
                        guard 0..<shape.height ~= inputRow, 0..<shape.width ~= inputColumn else { continue }
                        let seen = box[(channel * shape.height + inputRow) * shape.width + inputColumn]
                        largest =
                            largest.map {
                                Interval(max($0.lower, seen.lower), max($0.upper, seen.upper))
                            } ?? seen
                    }
                    result.append(largest ?? .everything)
                }
            }
        }
        return BoundedValue(shape: output, box: result, form: nil, bytes: 0)
    }
}
