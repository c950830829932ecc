/// The rule that lays histogram bins over a range of values.
///
/// Bins are 2^exponent wide and aligned at 0: bin i covers [i * 2^exponent, (i + 1) * 2^exponent). The exponent is the
/// smallest one with which the range takes at most ``capacity`` bins, and depends on nothing else. A wider range never
/// has a smaller exponent, so histograms of any two ranges meet exactly by merging pairs of bins.
package enum BinGrid {
    /// The most bins that one histogram takes; a range takes at least half as many, unless it is very narrow.
    ///
    /// With 2,048 bins least squares of degrees 2 to 7 differs from a fit to the raw values by about 1e-6 of the
    /// polynomial's largest value, also on heavy tails, and a channel takes a few kilobytes.
    package static let capacity = 2_048

    /// No bin is narrower than the smallest normal `Float`: all subnormal ones share the two bins around 0.
    package static let smallestExponent = -126

    /// The largest exponent that a range of finite `Float` values can need.
    package static let largestExponent = 119

    /// Bins finer than this many bits below the largest magnitude tell apart only a few neighbouring floats.
    ///
    /// With 21 bits every index of a `Float` stays below 2^22, which the accumulator's rounding relies on.
    private static let significantBits = 21

    /// The exponent for values in `minimum`...`maximum`, which must be finite and in order.
    package static func exponent(minimum: Double, maximum: Double) -> Int {
        let magnitude = max(abs(minimum), abs(maximum))
        guard magnitude > 0 else { return smallestExponent }
        var exponent = max(smallestExponent, Int(magnitude.exponent) - significantBits)
        if maximum > minimum {
            // With one less the range would be at least 2,048 bins wide, and so touch at least 2,049.
            exponent = max(exponent, Int((maximum - minimum).exponent) - 11)
        }
        while index(of: maximum, exponent: exponent) - index(of: minimum, exponent: exponent) >= capacity {
            exponent += 1
        }
        return exponent
    }

    /// The width of a bin.
    package static func width(exponent: Int) -> Double {
        Double(sign: .plus, exponent: exponent, significand: 1)
    }

    /// The bin that holds `x`; exact, because scaling by a power of two is.
    package static func index(of x: Double, exponent: Int) -> Int {
        Int((x * width(exponent: -exponent)).rounded(.down))
    }
}
