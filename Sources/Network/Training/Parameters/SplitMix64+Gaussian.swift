internal import Approx
internal import Foundation

extension SplitMix64 {
    /// A value of the standard normal distribution (Box and Muller 1958; one of the pair).
    mutating func nextGaussian() -> Double {
        let radius = (-2 * log(1 - nextUnit())).squareRoot()
        return radius * cos(2 * Double.pi * nextUnit())
    }
}
