import Approx
import Foundation
import Network
import Testing

@Suite struct GuidedReconstructionTests {
    private let graph = SmallNetwork.residual()
    private let images = ImageSet.random(400, shape: TensorShape(channels: 3, height: 12, width: 12))
    private let preprocessing = Preprocessing.identity(channels: 3)

    private func reconstruct(
        degree: Int, steps: Int = 10, threads: Int = 2, memory: Int = 1 << 30, seed: UInt64 = 0,
        directory: URL = FileManager.default.temporaryDirectory
    ) throws -> GuidedReconstruction {
        let settings = GuidedSettings(
            degrees: try graph.sites.map { _ in try Degree(degree) },
            layers: ReconstructionSettings(steps: steps), rows: 8192, seed: seed)
        let guided = GuidedReconstruction(
            graph, settings: settings, threads: threads, memory: memory, directory: directory)
        try guided.run(images, Array(0..<300), preprocessing: preprocessing) { _ in }
        return guided
    }

    /// Images 300..<400, which no reconstruction saw: root mean square error of the logits over their own deviations
    /// from each class's mean.
    private func logitError(_ graph: NetworkGraph, _ plan: [Approximation?]) throws -> Double {
        let wanted = try NetworkRunner(graph: self.graph, preprocessing: preprocessing)
            .logits(images, 300..<400) { _ in }
        let found = try NetworkRunner(graph: graph, preprocessing: preprocessing)
            .logits(plan: plan, images, 300..<400) { _ in }
        let classes = graph.classCount
        let means = (0..<classes).map { index in
            stride(from: index, to: wanted.count, by: classes).reduce(0.0) { $0 + Double(wanted[$1]) } / 100
        }
        let errors = zip(wanted, found).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
        let deviations = wanted.enumerated().reduce(0.0) {
            $0 + pow(Double($1.element) - means[$1.offset % classes], 2)
        }
        return (errors / deviations).squareRoot()
    }

    /// Least-squares polynomials of what the original network's layers see, without any refitting.
    private func leastSquares(degree: Int) throws -> [Approximation?] {
        let statistics = try NetworkRunner(graph: graph, preprocessing: preprocessing).capture(images, 0..<300) { _ in }
        return try zip(statistics, graph.sites).map { statistics, site in
            try FitterKind.leastSquares.fit(
                statistics, of: site.function, degrees: [try Degree(degree)],
                settings: FitSettings(granularity: .channel)
            ).first?.approximation
        }
    }

    @Test func everySiteIsReplacedAndEveryPieceRefitted() throws {
        let guided = try reconstruct(degree: 2)
        #expect(guided.approximations.allSatisfy { $0?.polynomials.allSatisfy { $0.degree == 2 } == true })
        #expect(guided.report.map(\.site) == [0, 1, 2, 3, 4, nil])
        for (before, after) in zip(graph.nodes, guided.refitted.nodes) {
            guard case .convolution(let old) = before.operation, case .convolution(let new) = after.operation
            else { continue }
            #expect(old.weights != new.weights)
            #expect(old.weights.count == new.weights.count)
        }
    }

    /// Polynomials are fitted on all positions of all images, not on the sampled ones.
    @Test func hardlyAValueOfTheCalibrationImagesIsOutsideItsDomain() throws {
        let guided = try reconstruct(degree: 2)
        let original = try NetworkRunner(graph: graph, preprocessing: preprocessing).predict(images, 0..<300) { _ in }
        let outcome = try NetworkRunner(graph: guided.refitted, preprocessing: preprocessing).evaluate(
            plan: guided.approximations, images, 0..<300, original: original
        ) { _ in }
        // A bound is met by one value; rounding may put it outside.
        #expect(guided.escaped.allSatisfy { $0 == 0 })
        #expect(outcome.outsideShare.allSatisfy { ($0 ?? 1) < 1e-4 })
    }

    @Test(arguments: [2, 4]) func refittingBeatsThePolynomialsAlone(degree: Int) throws {
        let guided = try reconstruct(degree: degree)
        let refitted = try logitError(guided.refitted, guided.approximations)
        #expect(try logitError(graph, leastSquares(degree: degree)) > refitted)
    }

    @Test func jointStepsBringTheLogitsNearer() throws {
        let without = try reconstruct(degree: 2, steps: 0)
        let with = try reconstruct(degree: 2, steps: 20)
        #expect(
            try logitError(with.refitted, with.approximations)
                < logitError(without.refitted, without.approximations))
    }

    /// This network's logits are so near its original's that there is no more to gain; that the head has a divergence says
    /// how it was fitted.
    @Test func theLogitsAloneAreFittedAsProbabilities() throws {
        #expect(RefitStage.stages(of: graph).filter(\.isHead).map(\.node) == [graph.nodes.count - 1])
        let head = try #require(try reconstruct(degree: 2).report.last)
        #expect(head.site == nil)
        #expect(try #require(head.initialDivergence) < 1e-4)
        #expect(head.initialError == nil)
    }

    @Test func aHigherDegreeComesNearer() throws {
        let errors = try [2, 4, 8].map { degree in
            let guided = try reconstruct(degree: degree)
            return try logitError(guided.refitted, guided.approximations)
        }
        #expect(errors[0] > errors[1])
        #expect(errors[1] > errors[2])
        #expect(errors[2] < 0.1)
    }

    @Test func neitherThreadsNorMemoryChangeABit() throws {
        let reference = try reconstruct(degree: 3, threads: 1)
        for (threads, memory) in [(2, 1 << 30), (5, 0)] {
            let other = try reconstruct(degree: 3, threads: threads, memory: memory)
            let isSame =
                other.approximations == reference.approximations && other.report == reference.report
                && weights(of: other) == weights(of: reference)
            #expect(isSame, "\(threads) threads, \(memory) bytes")
        }
    }

    private func weights(of guided: GuidedReconstruction) -> [[Float]] {
        guided.refitted.nodes.map { node in
            switch node.operation {
            case .convolution(let convolution): convolution.weights + convolution.bias
            case .linear(let linear): linear.weights + linear.bias
            default: []
            }
        }
    }

    @Test func anotherSeedLooksAtOtherPositions() throws {
        let (one, two) = try (reconstruct(degree: 2, seed: 1), reconstruct(degree: 2, seed: 2))
        let isSame = one.approximations == two.approximations
        #expect(!isSame)
    }

    @Test func aDirectoryThatCannotHoldActivationsIsAnError() {
        #expect(throws: InferenceError.self) {
            _ = try reconstruct(degree: 2, memory: 0, directory: URL(filePath: "/nonexistent"))
        }
    }

    @Test func aThrowingCheckpointStopsTheRun() throws {
        struct Stop: Error {}
        let settings = GuidedSettings(degrees: try graph.sites.map { _ in try Degree(2) }, rows: 4096)
        let guided = GuidedReconstruction(
            graph, settings: settings, threads: 1, memory: 1 << 30, directory: FileManager.default.temporaryDirectory)
        #expect(throws: Stop.self) {
            try guided.run(images, Array(0..<100), preprocessing: preprocessing) { _ in throw Stop() }
        }
        #expect(guided.report.count == 1)
    }
}
