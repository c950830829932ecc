extension Plot {
    /// A straight line between two places of the drawing.
    package static func line(_ style: String, _ from: Point, _ to: Point) -> Element {
        Element(
            "line",
            [
                "class": style, "x1": Coordinate.text(from.x), "y1": Coordinate.text(from.y),
                "x2": Coordinate.text(to.x), "y2": Coordinate.text(to.y),
            ])
    }

    /// Text with its baseline at a place of the drawing; the style says which end is there.
    package static func text(_ text: String, at point: Point, _ style: String) -> Element {
        Element("text", ["class": style, "x": Coordinate.text(point.x), "y": Coordinate.text(point.y)], text: text)
    }

    package static func rectangle(_ style: String, _ box: Box) -> Element {
        Element(
            "rect",
            [
                "class": style, "x": Coordinate.text(box.left), "y": Coordinate.text(box.top),
                "width": Coordinate.text(max(0, box.width)), "height": Coordinate.text(max(0, box.height)),
            ])
    }

    package static func dot(_ style: String, _ center: Point, radius: Double) -> Element {
        Element(
            "circle",
            [
                "class": style, "cx": Coordinate.text(center.x), "cy": Coordinate.text(center.y),
                "r": Coordinate.text(radius),
            ])
    }

    package static func polygon(_ style: String, _ corners: [Point]) -> Element {
        Element("polygon", ["class": style, "points": corners.map(\.text).joined(separator: " ")])
    }

    /// Straight lines through places of the drawing.
    package static func path(_ style: String, _ points: [Point]) -> Element {
        Element("polyline", ["class": style, "points": points.map(\.text).joined(separator: " ")])
    }

    /// A curve through values; far outside of the area it is held, so that every viewer can draw it.
    package func curve(_ style: String, _ values: [(x: Double, y: Double)]) -> Element {
        Self.path(style, values.map(held))
    }

    /// The area between two curves over the same places.
    package func band(_ style: String, _ values: [(x: Double, lower: Double, upper: Double)]) -> Element {
        let lower = values.map { held(($0.x, $0.lower)) }
        let upper = values.map { held(($0.x, $0.upper)) }
        return Self.polygon(style, lower + upper.reversed())
    }

    /// The area from the lower end of the y scale up to steps: one height for each stretch between two edges.
    package func steps(_ style: String, edges: [Double], heights: [Double]) -> Element {
        var points = [self.point(edges[0], y.domain.lowerBound)]
        for (index, height) in heights.enumerated() {
            points.append(held((edges[index], height)))
            points.append(held((edges[index + 1], height)))
        }
        points.append(self.point(edges[heights.count], y.domain.lowerBound))
        return Self.polygon(style, points)
    }

    private func held(_ value: (x: Double, y: Double)) -> Point {
        let place = point(value.x, value.y)
        return Point(place.x, min(max(place.y, area.top - height), area.bottom + height))
    }
}
