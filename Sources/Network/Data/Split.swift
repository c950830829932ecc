/// A named part of a data set.
package enum Split: String, Codable, CaseIterable, Sendable {
    /// The training images without ``validation``: what statistics and fits come from.
    case calibration
    /// The last 5,000 training images; the last fifth where there are fewer than 25,000.
    case validation
    /// The test images, for the final figure only.
    case test
}

/// The two parts that the files of a data set know.
package enum Part: String, CaseIterable, Sendable {
    /// What networks are trained on.
    case training
    /// What they have never seen.
    case test
}

extension Split {
    /// Where the split's images lie.
    ///
    /// - Parameters:
    ///   - trainingCount: Images in the training part.
    ///   - testCount: Images in the test part.
    /// - Returns: The part, and the indices within it.
    package func location(trainingCount: Int, testCount: Int) -> (part: Part, range: Range<Int>) {
        let validationCount = trainingCount < 25_000 ? trainingCount / 5 : 5_000
        let firstValidation = trainingCount - validationCount
        return switch self {
        case .calibration: (.training, 0..<firstValidation)
        case .validation: (.training, firstValidation..<trainingCount)
        case .test: (.test, 0..<testCount)
        }
    }
}
