/// What a fit depends on beside the statistics, the activation and the degree.
package struct FitSettings: Hashable, Codable, Sendable {
    /// One polynomial for the layer, or one per channel.
    package var granularity: Granularity
    /// The seed of every random choice.
    package var seed: UInt64
    /// Independent starts of k-means; at least 1.
    package var restarts: Int
    /// The most rounds of one start of k-means; at least 1.
    package var maximumIterations: Int
    /// What minimax weighs errors by; `nil`, which is left out of JSON, for nothing.
    package var weighting: Weighting?
    /// How much wider than the values that were seen the range of composites is, at least 1; `nil`, which is left out of
    /// JSON, for twice.
    package var margin: Double?

    package init(
        granularity: Granularity = .layer, seed: UInt64 = 0, restarts: Int = 10, maximumIterations: Int = 300,
        weighting: Weighting? = nil, margin: Double? = nil
    ) {
        self.granularity = granularity
        self.seed = seed
        self.restarts = restarts
        self.maximumIterations = maximumIterations
        self.weighting = weighting
        self.margin = margin
    }

    /// - Throws: ``ApproxError/invalidSetting(name:value:least:)`` for the first setting that is too small,
    ///   ``ApproxError/boundOutOfRange(_:)`` for a margin below 1.
    func validate() throws(ApproxError) {
        for (name, value) in [("restarts", restarts), ("maximumIterations", maximumIterations)] where value < 1 {
            throw .invalidSetting(name: name, value: value, least: 1)
        }
        if let margin, !margin.isFinite || margin < 1 { throw .boundOutOfRange(margin) }
    }
}
