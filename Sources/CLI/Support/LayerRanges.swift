internal import Approx
internal import Network

/// How far the pre-activations of one layer go in the plan's network, as JSON; all channels together unless said
/// otherwise.
struct LayerRanges: Encodable {
    /// Calibration images that were looked at, and how many of them escaped in this layer.
    let images: Int
    let escaped: Int
    /// Extremes, and the quantiles 0.001 and 0.999.
    let observed: [Double]?
    let observedBulk: [Double]?
    /// How much larger deviations could be before one leaves its channel's fitted range.
    let margin: Double?
    /// Bounds for every image whose pixels are in range; an end that double precision cannot hold is null. By channel
    /// as well.
    let certified: [Double?]
    let certifiedChannels: [[Double?]]
    /// Whether affine forms narrowed them; otherwise interval arithmetic alone.
    let isAffine: Bool
    /// Whether the certified bound is beyond ten times the observed range.
    let isLoose: Bool

    private enum CodingKeys: String, CodingKey {
        case images, escaped, observed, observedBulk, margin, certified, certifiedChannels
    }

    /// - Parameter layer: Its position.
    init(of layer: Int, in plan: PlanRanges) {
        let seen = plan.observed[layer]
        let site = plan.certified[layer]
        images = plan.images
        escaped = seen.escaped
        observed = seen.extremes?.ends
        observedBulk = seen.bulk?.ends
        margin = seen.margin.flatMap { $0.isFinite ? $0 : nil }
        certified = site.interval.ends
        certifiedChannels = site.channels.map(\.ends)
        isAffine = site.isAffine
        let reach = seen.extremes.map { max(abs($0.lowerBound), abs($0.upperBound)) } ?? .infinity
        isLoose = !(site.interval.magnitude <= 10 * reach)
    }
}

extension ClosedRange<Double> {
    /// Both ends, as JSON has ranges.
    var ends: [Double] { [lowerBound, upperBound] }
}

extension Interval {
    /// Both ends; nil for one that double precision cannot hold.
    fileprivate var ends: [Double?] { [lower, upper].map { $0.isFinite ? $0 : nil } }
}
