/// The variable t = (u - centre) / h in which a channel's polynomial is fitted: with mean and standard deviation of u,
/// powers of t are as far apart as powers can be.
struct ChannelScaling: Sendable {
    /// Groups of eight channels, as is `inverse`.
    private(set) var centre: [EightChannels]
    /// 1 / h.
    private(set) var inverse: [EightChannels]

    /// t = u.
    init(channels: Int) {
        centre = Array(repeating: .zero, count: (channels + 7) / 8)
        inverse = Array(repeating: .one, count: (channels + 7) / 8)
    }

    /// From sums over `rows` rows of u and of u^2.
    init(sums: [SIMD8<Double>], squares: [SIMD8<Double>], rows: Int) {
        let means = sums.map { $0 / Double(rows) }
        centre = means.map { EightChannels($0) }
        inverse = zip(means, squares).map { mean, squares in
            let variance = squares / Double(rows) - mean * mean
            // A channel that hardly varies is taken as it is.
            let isFlat = variance .<= 1e-12 * mean * mean
            return EightChannels(1 / variance.replacing(with: 1, where: isFlat).squareRoot())
        }
    }

    @inline(__always)
    func scaled(_ u: EightChannels, group: Int) -> EightChannels {
        (u - centre[group]) * inverse[group]
    }
}
