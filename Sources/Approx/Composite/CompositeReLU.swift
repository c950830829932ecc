internal import Foundation
internal import Synchronization

/// ReLU as (x + x p(x / bound)) / 2 with a composite p for the sign, to a precision of 2^-alpha of the bound (Lee et al.
/// 2021, "Precise approximation of convolutional neural networks for homomorphically encrypted data").
///
/// It is what networks are run with that nobody trained or calibrated for polynomials: precise on the whole range, and
/// deep. The components are computed here; from the literature are their degrees only.
///
/// For example:
///
///     let relu = try CompositeReLU(precision: 13, bound: 50)
///     relu.sign.components.map(\.degree)  // [15, 15, 27]
///     relu.depth                          // 14
package struct CompositeReLU: Hashable, Codable, Sendable {
    /// What alpha may be.
    package static let precisions = 4...13

    /// alpha.
    package let precision: Int
    /// Values lie in -bound...bound.
    package let bound: Double
    /// The sign of x, its first component in x itself.
    package let sign: CompositePolynomial
    /// The largest difference from max(x, 0) on -bound...bound, to a millionth of itself; at most 2^-alpha times the bound.
    package let error: Double

    /// The published degrees of the components by alpha. For 5, degree 7 alone would do, if barely.
    private static let degrees = [
        4: [5], 5: [13], 6: [3, 7], 7: [7, 7], 8: [7, 15], 9: [15, 15], 10: [7, 7, 13], 11: [7, 7, 27],
        12: [7, 15, 27], 13: [15, 15, 27],
    ]
    /// Halvings of the interval in which the best gap's logarithm lies.
    private static let halvings = 32

    /// A composite on -1...1; those of other bounds are the same ones, stretched.
    private struct Unit {
        let sign: CompositePolynomial
        let error: Double
    }

    /// By precision, those that were asked for so far.
    private static let units = Mutex<[Int: Unit]>([:])

    /// Computes the components, for the gap at which the errors outside and inside of it are the same.
    ///
    /// - Throws: ``ApproxError/precisionOutOfRange(_:allowed:)``, ``ApproxError/boundOutOfRange(_:)`` for a bound that is
    ///   not finite and positive, and what the exchange throws.
    package init(precision: Int, bound: Double) throws(ApproxError) {
        guard let degrees = Self.degrees[precision] else {
            throw .precisionOutOfRange(precision, allowed: Self.precisions)
        }
        guard bound.isFinite, bound > 0 else { throw .boundOutOfRange(bound) }
        let known = Self.units.withLock { $0[precision] }
        let unit = if let known { known } else { try Self.unit(precision: precision, degrees: degrees) }
        self.precision = precision
        self.bound = bound
        sign = CompositePolynomial(components: Self.stretched(unit.sign.components, to: bound))
        error = unit.error * bound
    }

    private static func unit(precision: Int, degrees: [Int]) throws(ApproxError) -> Unit {
        // A wider gap makes the error inside larger and the one outside smaller.
        var narrow = -Double(precision) - 1
        var wide = -0.5
        for _ in 0..<halvings {
            let middle = (narrow + wide) / 2
            let errors = try MinimaxSign(degrees: degrees, gap: exp2(middle)).errorOfReLU()
            (narrow, wide) = errors.outside > errors.inside ? (middle, wide) : (narrow, middle)
        }
        let best = try MinimaxSign(degrees: degrees, gap: exp2(wide))
        let errors = best.errorOfReLU()
        let unit = Unit(sign: best.composite, error: max(errors.outside, errors.inside))
        units.withLock { $0[precision] = unit }
        return unit
    }

    /// The value at `x`, which lies in -bound...bound.
    package func callAsFunction(_ x: Double) -> Double {
        (x + x * sign(x)) / 2
    }

    /// The degree of a composite of `precision` as one polynomial: those of its components multiplied, and one for x.
    ///
    /// - Throws: ``ApproxError/precisionOutOfRange(_:allowed:)``.
    package static func degree(ofPrecision precision: Int) throws(ApproxError) -> Int {
        guard let degrees = degrees[precision] else {
            throw .precisionOutOfRange(precision, allowed: precisions)
        }
        return degree(ofComponents: degrees)
    }

    /// The precision whose composites have `degree`; nil if there is none.
    package static func precision(ofDegree degree: Int) -> Int? {
        degrees.first { self.degree(ofComponents: $0.value) == degree }?.key
    }

    private static func degree(ofComponents degrees: [Int]) -> Int { degrees.reduce(1, *) + 1 }

    /// Levels: those of the sign, and one for its product with x. Half of x goes into the last coefficients.
    package var depth: Int { sign.depth + 1 }

    /// The first component reads x instead of x / bound: the same coefficients on a wider domain.
    private static func stretched(_ components: [Polynomial], to bound: Double) -> [Polynomial] {
        let first = components[0]
        let stretched = Polynomial(basis: first.basis, coefficients: first.coefficients, domain: -bound...bound)
        return [stretched] + components.dropFirst()
    }
}
