/// An upright rectangle in a drawing.
package struct Box: Hashable, Sendable {
    package var left: Double
    package var top: Double
    package var right: Double
    package var bottom: Double

    package init(left: Double, top: Double, right: Double, bottom: Double) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    package init(around center: Point, reach: Double) {
        self.init(left: center.x - reach, top: center.y - reach, right: center.x + reach, bottom: center.y + reach)
    }

    package var width: Double { right - left }
    package var height: Double { bottom - top }

    package func intersects(_ other: Box) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    package func contains(_ other: Box) -> Bool {
        left <= other.left && other.right <= right && top <= other.top && other.bottom <= bottom
    }
}
