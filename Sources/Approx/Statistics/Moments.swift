/// Count, mean and squared deviations of some values.
struct Moments: Sendable {
    var count = 0.0
    var mean = 0.0
    /// The sum of squared deviations from the mean.
    var deviations = 0.0

    init(count: Double = 0, mean: Double = 0) {
        self.count = count
        self.mean = mean
    }

    /// The moments of a block of finite values, taken around `shift`.
    ///
    /// The nearer `shift` is to the mean, the fewer digits the deviations lose.
    init(of values: UnsafeBufferPointer<Float>, around shift: Double) {
        let shifts = SIMD4(repeating: shift)
        var sums = SIMD4<Double>.zero
        var squares = SIMD4<Double>.zero
        let whole = values.count & ~(FloatBlocks.lanes - 1)
        var position = 0
        while position < whole {
            let x = FloatBlocks.load(values, at: position)
            let low = SIMD4<Double>(x.lowHalf) - shifts
            let high = SIMD4<Double>(x.highHalf) - shifts
            sums += low + high
            squares += low * low + high * high
            position += FloatBlocks.lanes
        }
        var sum = sums.sum()
        var square = squares.sum()
        while position < values.count {
            let deviation = Double(values[position]) - shift
            sum += deviation
            square += deviation * deviation
            position += 1
        }
        count = Double(values.count)
        mean = shift + sum / count
        deviations = max(square - sum * sum / count, 0)
    }

    /// Adds the values behind `other` (Chan, Golub and LeVeque 1979).
    mutating func join(_ other: Moments) {
        let total = count + other.count
        guard total > 0 else { return }
        let difference = other.mean - mean
        let share = other.count / total
        deviations += other.deviations + difference * difference * count * share
        mean += difference * share
        count = total
    }
}
