internal import Approx

/// Which of two polynomial networks decides more often as the original one: that with which a distillation began, or what
/// became of it. No label is looked at.
package struct StartComparison: Hashable, Codable, Sendable {
    /// Training images, unchanged, that both ran on.
    package let images: Int
    /// Of these: on how many each decides as the original network. Images that escape count as others.
    package let startAgrees: Int
    package let endAgrees: Int

    /// Whether the training made it worse, so that its start is the result.
    package var keepsStart: Bool { endAgrees < startAgrees }

    /// A network and what stands at its sites.
    typealias Candidate = (graph: NetworkGraph, approximations: [Approximation])

    init(
        of original: NetworkGraph, _ start: Candidate, _ end: Candidate, _ images: ImageSet, count: Int,
        preprocessing: Preprocessing, checkpoint: () throws -> Void
    ) throws {
        let range = 0..<min(count, images.count)
        let predictions = try NetworkRunner(graph: original, preprocessing: preprocessing)
            .predict(images, range) { _ in try checkpoint() }
        func agreeing(_ candidate: Candidate) throws -> Int {
            try NetworkRunner(graph: candidate.graph, preprocessing: preprocessing).evaluate(
                plan: candidate.approximations, images, range, original: predictions
            ) { _ in try checkpoint() }.agreeing
        }
        self.images = range.count
        startAgrees = try agreeing(start)
        endAgrees = try agreeing(end)
    }
}
