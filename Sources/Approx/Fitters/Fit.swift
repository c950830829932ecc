/// An approximation of one layer's activation, and how well it fits what the layer saw.
package struct Fit: Hashable, Codable, Sendable {
    package let degree: Degree
    package let approximation: Approximation
    /// The root of the mean squared difference from the activation over all values seen.
    package let rootMeanSquareError: Double
    /// The largest difference from the activation at any value seen, to within a histogram bin.
    package let maximumError: Double
    /// The range of the values seen, all channels together.
    package let range: ClosedRange<Double>
    /// What k-means minimises, summed over the polynomials; `nil` for fitters without clusters.
    package let inertia: Double?
    /// Channels without enough different values of their own, which took the polynomial of the whole layer; ascending.
    package let fallbackChannels: [Int]

    package init(
        degree: Degree, approximation: Approximation, rootMeanSquareError: Double, maximumError: Double,
        range: ClosedRange<Double>, inertia: Double?, fallbackChannels: [Int]
    ) {
        self.degree = degree
        self.approximation = approximation
        self.rootMeanSquareError = rootMeanSquareError
        self.maximumError = maximumError
        self.range = range
        self.inertia = inertia
        self.fallbackChannels = fallbackChannels
    }
}
