import Approx
import Network
import Testing

@Suite struct NetworkRunnerBatchTests {
    private let graph = SmallNetwork.residual()

    private func images(_ count: Int) -> ImageSet { ImageSet.random(count, shape: graph.inputShape) }

    @Test func threadsChangeNothing() throws {
        let images = images(45)
        let runner = try NetworkRunner(graph)
        let alone = try runner.logits(images, 3..<45) { _ in }
        for threads in [1, 2, 3, 5] {
            let parallel = try ParallelInference(runner, threads: threads)
            #expect(try parallel.logits(images, 3..<45) == alone)
            #expect(try parallel.predict(images, 3..<45) == runner.predict(images, 3..<45) { _ in })
        }
    }

    @Test func batchSizeAndRangeChangeNoClassAndHardlyALogit() throws {
        let images = images(21)
        let whole = try NetworkRunner(graph, batch: 21).logits(images, 0..<21) { _ in }
        for batch in [1, 2, 8, 16, 32] {
            let runner = try NetworkRunner(graph, batch: batch)
            let logits = try runner.logits(images, 0..<21) { _ in }
            #expect(largestDifference(logits, whole.map(Double.init)) < 1e-5, "sums may be ordered differently")
            let part = try runner.logits(images, 5..<12) { _ in }
            #expect(largestDifference(part, whole[25..<60].map(Double.init)) < 1e-5)
        }
    }

    @Test(arguments: [6, 8])
    func imageWithHugeOrInvalidPixelsDisturbsNoOther(width: Int) throws {
        let graph = SmallNetwork.residual(width: width)
        let images = images(10)
        let runner = try NetworkRunner(graph, batch: 5)
        let clean = try runner.logits(images, 0..<10) { _ in }
        for bad in [Float.nan, .infinity, 3e38] {
            let logits = try runner.logits(images.changing([2, 9]) { _ in bad }, 0..<10) { _ in }
            for image in 0..<10 where image != 2 && image != 9 {
                #expect(logits[image * 5..<image * 5 + 5] == clean[image * 5..<image * 5 + 5])
            }
        }
    }

    @Test func imageWithInvalidPixelsHasNoClass() throws {
        let runner = try NetworkRunner(graph)
        let images = images(6).changing([4]) { _ in .nan }
        let predictions = try runner.predict(images, 0..<6) { _ in }
        #expect(predictions.classes[4] == Predictions.none)
        #expect(predictions.classes.filter { $0 == Predictions.none }.count == 1)
    }

    @Test func classesAreThoseOfTheLargestLogits() throws {
        let images = images(9)
        let runner = try NetworkRunner(graph)
        let logits = try runner.logits(images, 0..<9) { _ in }
        let classes = try runner.predict(images, 0..<9) { _ in }.classes
        for image in 0..<9 {
            let scores = Array(logits[image * 5..<image * 5 + 5])
            #expect(scores[Int(classes[image])] == scores.max())
        }
    }

    @Test func checkpointSeesEachBatchAndCanStop() throws {
        struct Stop: Error {}
        let images = images(10)
        let runner = try NetworkRunner(graph)
        var seen: [Int] = []
        _ = try runner.logits(images, 1..<10) { seen.append($0) }
        #expect(seen == [4, 8, 9])
        #expect(throws: Stop.self) {
            _ = try runner.capture(images, 0..<10) { if $0 == 8 { throw Stop() } }
        }
    }

    @Test func emptyRangeGivesNothing() throws {
        let runner = try NetworkRunner(graph)
        #expect(try runner.logits(images(3), 2..<2) { _ in }.isEmpty)
        #expect(try runner.predict(images(3), 0..<0) { _ in }.count == 0)
        #expect(try ParallelInference(runner, threads: 2).logits(images(3), 1..<1).isEmpty)
    }

    @Test func oneRunnerServesManyThreads() async throws {
        let images = images(24)
        let runner = try NetworkRunner(graph)
        let alone = try runner.logits(images, 0..<24) { _ in }
        let all = try await withThrowingTaskGroup(of: [Float].self) { group in
            for _ in 0..<8 { group.addTask { try runner.logits(images, 0..<24) { _ in } } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(all.allSatisfy { $0 == alone })
    }
}
