internal import Foundation

/// Lengths in a drawing.
enum Coordinate {
    /// A hundredth of a unit is finer than any screen; a fixed form keeps files the same everywhere.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        var text = String(format: "%.2f", value)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text == "-0" ? "0" : text
    }
}

/// A place in a drawing: x to the right, y downwards.
package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }

    var text: String { "\(Coordinate.text(x)),\(Coordinate.text(y))" }
}
