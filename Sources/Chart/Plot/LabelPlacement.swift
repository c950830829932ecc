/// Puts labels beside what they name, so that none covers another or a mark.
///
/// Greedy, in the order given: the nearest free place around the mark wins. What finds no place stays without a label.
package struct LabelPlacement: Sendable {
    /// A label's box, and where text that starts at its left end has its baseline.
    package struct Place: Hashable, Sendable {
        package let box: Box
        package let origin: Point
        /// Whether it is so far from its mark that a line must lead there.
        package let needsLeader: Bool
    }

    private let bounds: Box
    private var taken: [Box]
    private let size: Double

    /// - Parameters:
    ///   - bounds: Labels stay inside.
    ///   - obstacles: What no label may cover.
    ///   - size: Of the font.
    package init(within bounds: Box, avoiding obstacles: [Box], size: Double) {
        self.bounds = bounds
        taken = obstacles
        self.size = size
    }

    /// A place for `label` beside a mark at `point`; nil if all around is taken.
    package mutating func place(_ label: String, at point: Point, clearance: Double) -> Place? {
        let width = TextWidth.of(label, size: size)
        let height = size * 1.2
        for ring in 0..<6 {
            let distance = clearance + Double(ring) * size * 0.9
            for center in Self.centers(around: point, distance, width, height) {
                let box = Box(
                    left: center.x - width / 2, top: center.y - height / 2, right: center.x + width / 2,
                    bottom: center.y + height / 2)
                guard bounds.contains(box), !taken.contains(where: box.intersects) else { continue }
                taken.append(box)
                return Place(
                    box: box, origin: Point(box.left, center.y + size * 0.35), needsLeader: ring > 1)
            }
        }
        return nil
    }

    /// Above left first, as curves of rising accuracy leave that side free; then clockwise from above.
    private static func centers(around point: Point, _ distance: Double, _ width: Double, _ height: Double) -> [Point] {
        let (aside, above) = (width / 2 + distance, height / 2 + distance)
        let slant = 0.7
        return [
            Point(point.x - aside * slant, point.y - above), Point(point.x, point.y - above),
            Point(point.x + aside * slant, point.y - above), Point(point.x + aside, point.y),
            Point(point.x + aside * slant, point.y + above), Point(point.x, point.y + above),
            Point(point.x - aside * slant, point.y + above), Point(point.x - aside, point.y),
        ]
    }
}
