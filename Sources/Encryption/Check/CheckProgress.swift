/// How far a check is.
package struct CheckProgress: Hashable, Sendable {
    package let stage: CheckStage
    /// The last stage there will be.
    let last: CheckStage
    /// Images that this stage is done with, and how many there are.
    package let images: Int
    let total: Int
    /// Images on the way, and the share of the matrices that they have behind them.
    let onTheWay: Int
    let shareOfRound: Double

    init(
        stage: CheckStage, last: CheckStage, images: Int, total: Int, onTheWay: Int = 0, shareOfRound: Double = 0
    ) {
        self.stage = stage
        self.last = last
        self.images = images
        self.total = total
        self.onTheWay = onTheWay
        self.shareOfRound = shareOfRound
    }

    /// Before the first stage that takes time.
    init(before last: CheckStage, images: Int) {
        self.init(stage: .circuit, last: last, images: 0, total: images)
    }

    /// Of the whole check, 0 to 1.
    package var share: Double {
        let ran = (Double(images) + Double(onTheWay) * shareOfRound) / Double(max(total, 1))
        let stages = Self.shares(upTo: last)
        let before = stages.prefix { $0.stage != stage }.reduce(0) { $0 + $1.share }
        let own = stages.first { $0.stage == stage }?.share ?? 0
        return min(before + own * ran, 1)
    }

    /// Roughly what the stages take of each other.
    private static func shares(upTo last: CheckStage) -> [(stage: CheckStage, share: Double)] {
        switch last {
        case .encrypted: [(.circuit, 0.02), (.simulated, 0.06), (.encrypted, 0.92)]
        case .simulated: [(.circuit, 0.25), (.simulated, 0.75)]
        default: [(.circuit, 1)]
        }
    }
}
