/// The ways to a polynomial network that the paper compares, as it calls them.
enum PaperMethod: String, CaseIterable, Codable, Sendable {
    /// Polynomials of high degree in the trained network.
    case inferenceReplacement = "IR"
    /// Training with the polynomials in place.
    case retraining = "RT"
    /// Search for the polynomials layer by layer.
    case architectureSearch = "NAS"
    /// Fits to the data between the layers.
    case ours = "Ours"
}
