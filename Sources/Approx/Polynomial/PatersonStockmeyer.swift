/// A plan to evaluate a polynomial with few products of two ciphertexts (Paterson and Stockmeyer 1973).
///
/// With baby steps g_1, ..., g_m (g_n = t^n or T_n) the polynomial is split as p = q g + r at a giant step g, and q and
/// r again, until the pieces have a degree below m; those are sums of baby steps with plaintext factors. Giant steps are
/// either always g_m, which takes the fewest products, or g_m, g_2m, g_4m, ..., which takes the fewest levels (Han and
/// Ki 2020, "Better bootstrapping for approximate homomorphic encryption"). Only products of two factors that both
/// depend on x are counted.
///
/// For example:
///
///     let plan = PatersonStockmeyer(polynomial)
///     plan(0.5)           // the same value as polynomial(0.5), up to rounding
///     plan.products       // 4 for a general degree 7
package struct PatersonStockmeyer: Sendable {
    /// What the plan is chosen for; the other one decides between equals.
    package enum Preference: CaseIterable, Sendable {
        case fewestProducts
        case leastDepth
    }

    package let polynomial: Polynomial
    /// Products of two values that depend on x: the ciphertext multiplications.
    package let products: Int
    /// Products of a coefficient with a value that depends on x.
    package let plaintextProducts: Int
    /// The longest chain of such products: the levels that the evaluation takes, plaintext factors apart.
    package let depth: Int
    private let steps: Steps

    package init(_ polynomial: Polynomial, preferring preference: Preference = .fewestProducts) {
        let plans = (1...max(1, polynomial.degree)).flatMap { baby in
            [Steps(baby: baby, doubles: false), Steps(baby: baby, doubles: true)]
        }.map { steps in
            var run = Evaluation(polynomial, at: 0.5, steps)
            let depth = run.result().depth
            return PatersonStockmeyer(
                polynomial: polynomial, products: run.products, plaintextProducts: run.plaintextProducts, depth: depth,
                steps: steps)
        }
        self = plans.dropFirst().reduce(plans[0]) { best, plan in
            let isBetter =
                switch preference {
                case .fewestProducts: (plan.products, plan.depth) < (best.products, best.depth)
                case .leastDepth: (plan.depth, plan.products) < (best.depth, best.products)
                }
            return isBetter ? plan : best
        }
    }

    private init(polynomial: Polynomial, products: Int, plaintextProducts: Int, depth: Int, steps: Steps) {
        self.polynomial = polynomial
        self.products = products
        self.plaintextProducts = plaintextProducts
        self.depth = depth
        self.steps = steps
    }

    /// The value at `x`, in the order of operations of the plan.
    package func callAsFunction(_ x: Double) -> Double {
        var run = Evaluation(polynomial, at: polynomial.scaled(x), steps)
        return run.result().value
    }
}

/// Where a plan splits polynomials.
private struct Steps: Sendable {
    /// m: pieces below this degree are sums of baby steps.
    let baby: Int
    /// Whether giant steps grow as m, 2 m, 4 m, ...
    let doubles: Bool

    /// The giant step for a polynomial with `count` coefficients.
    func giant(forCount count: Int) -> Int {
        var giant = baby
        while doubles && 2 * giant < count {
            giant *= 2
        }
        return giant
    }
}

/// One evaluation, which remembers the basis polynomials it has already computed.
private struct Evaluation {
    /// A value, and the products in a row behind it; 0 for what is known in clear or is t itself.
    struct Term {
        var value: Double
        var depth: Int
    }

    private let basis: Polynomial.Basis
    private let coefficients: [Double]
    private let steps: Steps
    /// g_n, which is t^n or T_n(t), by n.
    private var known: [Int: Term]
    private(set) var products = 0
    private(set) var plaintextProducts = 0

    init(_ polynomial: Polynomial, at t: Double, _ steps: Steps) {
        basis = polynomial.basis
        coefficients = polynomial.coefficients
        self.steps = steps
        known = [1: Term(value: t, depth: 0)]
    }

    mutating func result() -> Term {
        evaluate(coefficients[...])
    }

    private mutating func evaluate(_ padded: ArraySlice<Double>) -> Term {
        let piece = Array(padded.prefix((padded.lastIndex { $0 != 0 } ?? padded.startIndex) - padded.startIndex + 1))
        guard piece.count > max(steps.baby, 2) else { return sum(piece) }
        let giant = steps.giant(forCount: piece.count)
        let (quotient, remainder) = split(piece, at: giant)
        let low = evaluate(remainder[...])
        let high = evaluate(quotient[...])
        let step = step(giant)
        let isProduct = quotient.dropFirst().contains { $0 != 0 }
        products += isProduct ? 1 : 0
        plaintextProducts += isProduct ? 0 : 1
        let depth = isProduct ? max(high.depth, step.depth) + 1 : step.depth
        return Term(value: high.value * step.value + low.value, depth: max(depth, low.depth))
    }

    /// A constant plus baby steps times coefficients.
    private mutating func sum(_ piece: [Double]) -> Term {
        var total = Term(value: piece.first ?? 0, depth: 0)
        for (index, coefficient) in piece.enumerated().dropFirst() where coefficient != 0 {
            let step = step(index)
            total.value += coefficient * step.value
            plaintextProducts += 1
            total.depth = max(total.depth, step.depth)
        }
        return total
    }

    /// t^n = t^a t^b and T_n = 2 T_a T_b - T_(a-b) with a + b = n, as near to each other as they can be.
    private mutating func step(_ n: Int) -> Term {
        if let term = known[n] { return term }
        let larger = step((n + 1) / 2)
        let smaller = step(n / 2)
        products += 1
        var made = Term(value: larger.value * smaller.value, depth: max(larger.depth, smaller.depth) + 1)
        if basis == .chebyshev {
            made.value = 2 * made.value - (n % 2 == 0 ? 1 : step(1).value)
        }
        known[n] = made
        return made
    }

    /// The quotient and the remainder of a piece by g_n with n = `giant`, of at most the piece's degree.
    ///
    /// For Chebyshev polynomials, from the top down: T_(n+i) = 2 T_n T_i - T_|n-i|.
    private func split(_ piece: [Double], at giant: Int) -> (quotient: [Double], remainder: [Double]) {
        var rest = piece
        var quotient = Array(piece[giant...])
        if basis == .chebyshev {
            for index in stride(from: piece.count - 1 - giant, to: 0, by: -1) {
                quotient[index] = 2 * rest[giant + index]
                rest[abs(giant - index)] -= rest[giant + index]
            }
            quotient[0] = rest[giant]
        }
        return (quotient, Array(rest[..<giant]))
    }
}
