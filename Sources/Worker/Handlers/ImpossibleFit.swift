internal import Approx
package import Store

/// A fit that the method itself refuses, such as one with coincident centroids: a result, and no failure of the work.
package struct ImpossibleFit: Error, Equatable, Sendable, CustomStringConvertible {
    /// How the error of such a job begins, which is how it is told from one that failed for another reason.
    private static let mark = "this fit cannot be made: "

    private let reason: String

    package var description: String { Self.mark + reason }

    /// Whether a dead job is a fit that cannot be made.
    package static func isReason(for job: JobRecord) -> Bool {
        job.state == .dead && job.lastError?.hasPrefix(mark) == true
    }

    /// Only what the method says about the fit counts; whatever else goes wrong meanwhile stays what it is.
    static func marking<Result>(_ fit: () throws -> Result) throws -> Result {
        do {
            return try fit()
        } catch let error as ApproxError {
            throw ImpossibleFit(reason: error.description)
        }
    }
}
