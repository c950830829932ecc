/// A whole number in a network's shape arithmetic: `factor`, or `factor` times the batch size, which stays unknown.
///
/// Every operation gives nil where the result is not of that form or does not fit 64 bits.
struct BatchInteger: Hashable {
    var factor: Int
    var timesBatch: Bool

    /// The batch size.
    static let batch = BatchInteger(factor: 1, timesBatch: true)

    init(_ value: Int) {
        self.init(factor: value, timesBatch: false)
    }

    private init(factor: Int, timesBatch: Bool) {
        self.factor = factor
        self.timesBatch = timesBatch && factor != 0
    }

    /// The number, where it does not depend on the batch size.
    var known: Int? { timesBatch ? nil : factor }

    func plus(_ other: Self) -> Self? {
        if factor == 0 { return other }
        if other.factor == 0 { return self }
        guard timesBatch == other.timesBatch else { return nil }
        let (sum, overflow) = factor.addingReportingOverflow(other.factor)
        return overflow ? nil : Self(factor: sum, timesBatch: timesBatch)
    }

    func minus(_ other: Self) -> Self? {
        other.times(Self(-1)).flatMap(plus)
    }

    func times(_ other: Self) -> Self? {
        guard !(timesBatch && other.timesBatch) else { return nil }
        let (product, overflow) = factor.multipliedReportingOverflow(by: other.factor)
        return overflow ? nil : Self(factor: product, timesBatch: timesBatch || other.timesBatch)
    }

    /// Truncates towards zero, as ONNX does for integers.
    func divided(by other: Self) -> Self? {
        guard other.factor != 0 else { return nil }
        if timesBatch || other.timesBatch {
            guard timesBatch, factor != .min, factor % other.factor == 0 else { return nil }
            return Self(factor: factor / other.factor, timesBatch: !other.timesBatch)
        }
        let (quotient, overflow) = factor.dividedReportingOverflow(by: other.factor)
        return overflow ? nil : Self(quotient)
    }

    /// The quotient where nothing is left over.
    func divided(exactlyBy other: Self) -> Self? {
        guard other.factor > 0, factor % other.factor == 0 else { return nil }
        return divided(by: other)
    }

    /// 1 or 0. A batch has at least one image, so a multiple of it differs from every number of another sign.
    func equals(_ other: Self) -> Self? {
        if timesBatch == other.timesBatch { return Self(factor == other.factor ? 1 : 0) }
        return factor.signum() == other.factor.signum() ? nil : Self(0)
    }

    /// 1 or 0.
    func isLess(than other: Self) -> Self? {
        if let left = known, let right = other.known { return Self(left < right ? 1 : 0) }
        return nil
    }
}
