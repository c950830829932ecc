extension ActivationFunction {
    /// Where the derivative jumps, ascending.
    var corners: [Double] {
        switch self {
        case .relu, .leakyReLU: [0]
        case .clip(let lower, let upper): [lower, upper]
        case .hardSwish: [-3, 3]
        case .hardSigmoid(let slope, let offset):
            slope == 0 ? [] : [-offset / slope, (1 - offset) / slope].sorted()
        case .sigmoid, .tanh, .silu, .gelu, .geluTanh, .erf: []
        }
    }

    /// Whether the function bends around 0 on a scale of 1, and is nearly straight far from there.
    private var bendsSmoothly: Bool {
        switch self {
        case .sigmoid, .tanh, .silu, .gelu, .geluTanh, .erf: true
        case .relu, .leakyReLU, .clip, .hardSwish, .hardSigmoid: false
        }
    }

    /// The ends of `range` and points inside, ascending, between which the function is as smooth as a polynomial of
    /// low degree: its corners, or distances of 0, 1/2, 1, 2, 4, ... from 0.
    func pieces(of range: ClosedRange<Double>) -> [Double] {
        var points = corners
        if bendsSmoothly {
            points = [0]
            let farthest = max(abs(range.lowerBound), abs(range.upperBound))
            for distance in sequence(first: 0.5, next: { 2 * $0 }).prefix(while: { $0 < farthest }) {
                points += [-distance, distance]
            }
        }
        let inside = points.filter { range.lowerBound < $0 && $0 < range.upperBound }
        return [range.lowerBound] + inside.sorted() + [range.upperBound]
    }
}
