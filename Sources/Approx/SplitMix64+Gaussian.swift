internal import Foundation

extension SplitMix64 {
    /// A value of the standard normal distribution.
    package mutating func nextGaussian() -> Double { nextGaussianPair().0 }

    /// Two independent values of the standard normal distribution (Box and Muller 1958).
    package mutating func nextGaussianPair() -> (Double, Double) {
        let radius = (-2 * log(1 - nextUnit())).squareRoot()
        let angle = 2 * Double.pi * nextUnit()
        return (radius * cos(angle), radius * sin(angle))
    }
}
