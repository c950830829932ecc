/// A drawing with two scales: marks are given in values, and come out as elements of SVG.
///
/// Colours are classes, so that the page's style sheet says what they look like in light, dark and print.
package struct Plot: Sendable {
    package let width: Double
    package let height: Double
    /// Where the marks are.
    package let area: Box
    package let x: LinearScale
    package let y: LinearScale

    /// - Parameter margins: Room for axes and titles on each side.
    package init(
        width: Double, height: Double, margins: (left: Double, top: Double, right: Double, bottom: Double),
        x: ClosedRange<Double>, y: ClosedRange<Double>
    ) {
        self.width = width
        self.height = height
        area = Box(
            left: margins.left, top: margins.top, right: width - margins.right, bottom: height - margins.bottom)
        self.x = LinearScale(x, from: area.left, to: area.right)
        self.y = LinearScale(y, from: area.bottom, to: area.top)
    }

    package func point(_ x: Double, _ y: Double) -> Point { Point(self.x(x), self.y(y)) }

    /// The finished drawing.
    ///
    /// - Parameter label: What it shows, for those who do not see it.
    package func drawing(_ label: String, _ elements: [Element]) -> Element {
        Element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-label": label,
                "viewBox": "0 0 \(Coordinate.text(width)) \(Coordinate.text(height))",
                "width": Coordinate.text(width), "height": Coordinate.text(height),
            ], elements)
    }

    /// Marks cut off at the edges of the area.
    package func clipped(_ marks: [Element]) -> Element {
        // An inner drawing clips by itself; a clip path would need a name that nothing else on the page has.
        Element(
            "svg",
            [
                "x": Coordinate.text(area.left), "y": Coordinate.text(area.top), "width": Coordinate.text(area.width),
                "height": Coordinate.text(area.height),
                "viewBox": [area.left, area.top, area.width, area.height].map(Coordinate.text).joined(separator: " "),
            ], marks)
    }
}
