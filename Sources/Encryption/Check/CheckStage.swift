/// One of the stages between a trained network and its encrypted run.
package enum CheckStage: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    /// The network as it was trained.
    case original
    /// With the plan's polynomials and weights, in clear.
    case polynomial
    /// The plan's circuit on slots, in double precision.
    case circuit
    /// The circuit with the noise of CKKS.
    case simulated
    /// Under real CKKS.
    case encrypted
}

/// What one stage made of the images.
package struct CheckFigures: Hashable, Codable, Sendable {
    package let stage: CheckStage
    /// By image; -1 where a logit is not finite.
    package let classes: [Int]
    package let correct: Int
    package let agreeingWithOriginal: Int
    /// With the polynomial network in clear.
    package let agreeingWithPolynomial: Int
    /// Images that the stage before had right and this one has not, and the other way round.
    package let lost: Int
    package let gained: Int
    /// From the polynomial network in clear; nil for the original.
    package let error: LogitsError?
    /// From the circuit in clear: what encryption itself adds; nil for the stages before it.
    package let noise: LogitsError?
}
