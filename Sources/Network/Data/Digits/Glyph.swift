/// One way of writing a digit.
struct Glyph: Sendable {
    let strokes: [Stroke]

    private init(_ strokes: Stroke...) {
        self.strokes = strokes
    }

    /// The ways of writing each digit from 0 to 9.
    static let variants: [[Glyph]] = [zero, one, two, three, four, five, six, seven, eight, nine]

    private static let zero = [
        Glyph(.ellipse(0.5, 0.5, width: 0.7, height: 1)),
        Glyph(.ellipse(0.5, 0.5, width: 0.45, height: 1)),
        Glyph(
            Stroke(from: 0.6, 0.05).curve(0.1, -0.05, 0, 1, 0.45, 1).curve(0.95, 1, 1, 0.1, 0.45, 0)),
    ]

    private static let one = [
        Glyph(Stroke(from: 0.5, 0).line(0.5, 1)),
        Glyph(Stroke(from: 0.25, 0.28).line(0.55, 0).line(0.55, 1)),
        Glyph(Stroke(from: 0.3, 0.22).line(0.52, 0).line(0.52, 1), Stroke(from: 0.25, 1).line(0.8, 1)),
    ]

    private static let two = [
        Glyph(Stroke(from: 0.15, 0.28).curve(0.15, -0.1, 0.85, -0.1, 0.85, 0.28).line(0.12, 1).line(0.9, 1)),
        Glyph(
            Stroke(from: 0.15, 0.2).curve(0.3, -0.1, 0.9, -0.05, 0.8, 0.35).curve(0.72, 0.62, 0.3, 0.85, 0.15, 1)
                .curve(0.05, 0.75, 0.4, 0.8, 0.9, 0.98)),
        Glyph(Stroke(from: 0.15, 0.05).line(0.75, 0.03).curve(0.85, 0.3, 0.4, 0.75, 0.15, 1).line(0.88, 0.97)),
    ]

    private static let three = [
        Glyph(
            Stroke(from: 0.15, 0.12).curve(0.4, -0.12, 0.85, 0, 0.8, 0.25).curve(0.78, 0.45, 0.5, 0.48, 0.38, 0.48)
                .curve(0.6, 0.48, 0.9, 0.55, 0.87, 0.75).curve(0.85, 1.05, 0.35, 1.08, 0.1, 0.88)),
        Glyph(
            Stroke(from: 0.15, 0.02).line(0.8, 0.02).line(0.42, 0.4)
                .curve(0.75, 0.38, 0.92, 0.55, 0.87, 0.75).curve(0.8, 1.05, 0.35, 1.05, 0.12, 0.88)),
    ]

    private static let four = [
        Glyph(Stroke(from: 0.28, 0).line(0.12, 0.55).line(0.9, 0.55), Stroke(from: 0.68, 0.2).line(0.66, 1)),
        Glyph(Stroke(from: 0.9, 0.68).line(0.06, 0.68).line(0.64, 0).line(0.62, 1)),
        Glyph(
            Stroke(from: 0.2, 0.02).curve(0.12, 0.3, 0.1, 0.6, 0.4, 0.55).line(0.75, 0.48),
            Stroke(from: 0.78, 0).line(0.7, 1)),
    ]

    private static let five = [
        Glyph(
            Stroke(from: 0.82, 0.02).line(0.25, 0.02).line(0.2, 0.45)
                .curve(0.45, 0.3, 0.88, 0.4, 0.86, 0.7).curve(0.84, 1.05, 0.35, 1.08, 0.12, 0.9)),
        Glyph(
            Stroke(from: 0.85, 0.05).curve(0.55, 0, 0.3, 0, 0.25, 0.2).curve(0.15, 0.5, 0.85, 0.35, 0.85, 0.7)
                .curve(0.85, 1, 0.4, 1.05, 0.1, 0.95)),
        Glyph(
            Stroke(from: 0.28, 0.05).line(0.24, 0.42).curve(0.6, 0.32, 0.85, 0.5, 0.8, 0.75)
                .curve(0.72, 1, 0.35, 1.02, 0.15, 0.92),
            Stroke(from: 0.28, 0.05).line(0.85, 0)),
    ]

    private static let six = [
        Glyph(
            Stroke(from: 0.75, 0.03).curve(0.4, 0, 0.12, 0.4, 0.14, 0.7).curve(0.16, 1.1, 0.88, 1.1, 0.86, 0.7)
                .curve(0.84, 0.38, 0.3, 0.38, 0.15, 0.68)),
        Glyph(Stroke(from: 0.5, 0).line(0.2, 0.62), .ellipse(0.5, 0.72, width: 0.64, height: 0.54)),
        Glyph(
            Stroke(from: 0.55, 0).curve(0.2, 0.25, 0.1, 0.95, 0.45, 1).curve(0.8, 1.02, 0.85, 0.6, 0.55, 0.58)
                .curve(0.35, 0.58, 0.25, 0.75, 0.3, 0.9)),
    ]

    private static let seven = [
        Glyph(Stroke(from: 0.1, 0.03).line(0.88, 0.03).line(0.38, 1)),
        Glyph(Stroke(from: 0.1, 0.03).line(0.88, 0.03).line(0.4, 1), Stroke(from: 0.3, 0.5).line(0.82, 0.5)),
        Glyph(Stroke(from: 0.12, 0.18).line(0.14, 0.03).line(0.88, 0.05).curve(0.6, 0.35, 0.5, 0.65, 0.5, 1)),
    ]

    private static let eight = [
        Glyph(.ellipse(0.5, 0.24, width: 0.56, height: 0.48), .ellipse(0.5, 0.74, width: 0.7, height: 0.52)),
        Glyph(
            Stroke(from: 0.8, 0.12).curve(0.6, -0.1, 0.1, 0, 0.18, 0.25).curve(0.25, 0.5, 0.88, 0.5, 0.85, 0.78)
                .curve(0.8, 1.1, 0.1, 1.08, 0.15, 0.75).curve(0.2, 0.5, 0.75, 0.45, 0.82, 0.12)),
    ]

    private static let nine = [
        Glyph(.ellipse(0.48, 0.28, width: 0.66, height: 0.54), Stroke(from: 0.82, 0.2).line(0.7, 1)),
        Glyph(
            Stroke(from: 0.85, 0.3).curve(0.84, -0.1, 0.14, -0.1, 0.16, 0.3).curve(0.18, 0.62, 0.75, 0.6, 0.85, 0.25)
                .curve(0.88, 0.6, 0.75, 1.02, 0.22, 0.98)),
        Glyph(
            Stroke(from: 0.78, 0.08).curve(0.4, -0.08, 0.1, 0.2, 0.2, 0.42).curve(0.35, 0.6, 0.7, 0.4, 0.8, 0.06)
                .line(0.78, 1)),
    ]
}
