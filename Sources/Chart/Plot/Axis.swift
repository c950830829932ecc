/// What stands along one side of a plot.
package struct Axis: Hashable, Sendable {
    package struct Tick: Hashable, Sendable {
        package let value: Double
        package let label: String

        package init(_ value: Double, _ label: String) {
            self.value = value
            self.label = label
        }
    }

    package var title: String?
    package var ticks: [Tick]
    /// Whether a line goes across the plot at each tick.
    package var hasGrid: Bool

    package init(title: String? = nil, ticks: [Tick], hasGrid: Bool = false) {
        self.title = title
        self.ticks = ticks
        self.hasGrid = hasGrid
    }

    package init(title: String? = nil, ticks: NiceTicks, hasGrid: Bool = false) {
        self.init(title: title, ticks: zip(ticks.values, ticks.labels).map(Tick.init), hasGrid: hasGrid)
    }
}
