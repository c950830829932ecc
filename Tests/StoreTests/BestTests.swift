import Approx
import Foundation
import Store
import Testing

@Suite struct BestTests {
    private let work: Workplace
    private let model: ModelRecord
    private let layers: [LayerRecord]
    private var store: Store { work.store }

    init() throws {
        work = try Workplace()
        model = try work.store.addModel(Sample.model()).model
        layers = try work.store.layers(of: model.id)
    }

    @Test func nothingFittedIsNothingBest() throws {
        for criterion in BestCriterion.allCases {
            #expect(try store.best(of: model.id, by: criterion).isEmpty)
        }
    }

    @Test func lowestDropWinsAndLowerErrorBreaksTies() throws {
        try original(correct: 98)
        try add(layers[0], degree: 2, rmse: 0.5, correct: 90)
        try add(layers[0], degree: 3, rmse: 0.4, correct: 95)
        try add(layers[0], degree: 4, rmse: 0.3, correct: 95)
        try add(layers[0], degree: 5, rmse: 0.1, correct: 40)
        try add(layers[2], degree: 2, rmse: 0.5, correct: 10)
        let best = try store.best(of: model.id)
        #expect(best.map(\.layer.position) == [0, 2])
        #expect(best.map(\.record.fit.degree.value) == [4, 2])
        #expect(best.map(\.evaluation?.drop) == [3, 88])
    }

    @Test func lowestErrorAndFewestLevelsWinWhereAskedFor() throws {
        try original(correct: 98)
        try add(layers[0], degree: 2, rmse: 0.5, levels: 1, correct: 90)
        try add(layers[0], degree: 2, fitter: "least-squares", rmse: 0.6, levels: 1, correct: 91)
        try add(layers[0], degree: 5, rmse: 0.1, levels: 3, correct: 40)
        #expect(try store.best(of: model.id, by: .rmse).map(\.record.fit.degree.value) == [5])
        #expect(try store.best(of: model.id, by: .levels).map(\.record.fit.fitter) == ["least-squares"])
        #expect(try store.best(of: model.id, by: .rmse).first?.evaluation?.correct == 40)
    }

    @Test func filtersNarrow() throws {
        try original(correct: 98)
        for layer in layers {
            for degree in 2...4 {
                for (fitter, bonus) in [("centroid", 0), ("least-squares", 20)] {
                    try add(layer, degree: degree, fitter: fitter, correct: 50 + degree + bonus)
                }
            }
        }
        let centroid = try store.best(of: model.id, fitter: "centroid")
        #expect(centroid.map(\.record.fit.degree.value) == [4, 4, 4])
        let quadratic = try store.best(of: model.id, layer: layers[1].id, degree: 2)
        #expect(quadratic.map(\.record.fit.fitter) == ["least-squares"])
        #expect(quadratic.map(\.layer.name) == ["relu1"])
        #expect(try store.best(of: model.id, degree: 9).isEmpty)
        #expect(try store.best(of: model.id, fitter: "hermite").isEmpty)
    }

    @Test func layerWithoutEvaluationsIsRankedByError() throws {
        try add(layers[0], degree: 2, rmse: 0.5, correct: nil)
        try add(layers[0], degree: 3, rmse: 0.2, correct: nil)
        let best = try store.best(of: model.id)
        #expect(best.map(\.record.fit.degree.value) == [3])
        #expect(best.first?.evaluation == nil)
    }

    @Test func luckOnFewImagesDoesNotWin() throws {
        try original(correct: 98)
        try original(correct: 10, images: 10)
        try add(layers[0], degree: 2, correct: 90)
        try add(layers[0], degree: 3, correct: 10, images: 10)
        #expect(try store.best(of: model.id).map(\.record.fit.degree.value) == [2])
        #expect(try store.best(of: model.id, degree: 3).map(\.evaluation?.images) == [10])
    }

    @Test(arguments: BestCriterion.allCases)
    func whatBelongsToANetworkWithOtherWeightsIsNoCandidate(criterion: BestCriterion) throws {
        try original(correct: 98)
        try add(layers[0], degree: 2, rmse: 0.5, levels: 2, correct: 90)
        try add(layers[0], degree: 2, fitter: "guided", rmse: 0.1, levels: 1, correct: 98)
        try add(layers[1], degree: 2, fitter: "guided", rmse: 0.1, correct: nil)
        let best = try store.best(of: model.id, by: criterion)
        #expect(best.map(\.record.fit.fitter) == ["centroid"])
        #expect(try store.best(of: model.id, fitter: "guided", by: criterion).isEmpty)
    }

    @Test func testSetIsNeverLookedAt() throws {
        try original(correct: 98)
        try add(layers[0], degree: 2, rmse: 0.5, correct: 90)
        try add(layers[0], degree: 3, rmse: 0.7, correct: 99, split: .test)
        #expect(try store.best(of: model.id).map(\.record.fit.degree.value) == [2])
    }

    /// Against the plainest possible search, on random data with many ties.
    @Test(arguments: 0..<5) func bestIsTheBestOfAll(seed: Int) throws {
        var generator = Generator(state: UInt64(seed))
        try original(correct: 100)
        for layer in layers {
            for _ in 0..<40 {
                try add(
                    layer, degree: Int.random(in: 2...4, using: &generator),
                    fitter: Bool.random(using: &generator) ? "centroid" : "least-squares",
                    rmse: Double(Int.random(in: 1...3, using: &generator)) / 4,
                    levels: Int.random(in: 1...2, using: &generator),
                    correct: Int.random(in: 90...93, using: &generator),
                    settingsHash: String(UInt64.random(in: 0...(.max), using: &generator), radix: 16))
            }
        }
        let images = EvaluationImages(dataset: Sample.fingerprint, split: .validation, range: 0..<100)
        let all = try store.approximations(ApproximationFilter(model: model.id), evaluatedOn: images)
        for criterion in BestCriterion.allCases {
            for (degree, fitter) in [(nil, nil), (3, nil), (nil, "centroid"), (2, "least-squares")] as [(Int?, String?)]
            {
                let expected = layers.map { layer in
                    all.filter {
                        $0.layer == layer && (degree == nil || $0.record.fit.degree.value == degree)
                            && (fitter == nil || $0.record.fit.fitter == fitter)
                    }.map { order($0, by: criterion) }.min { $0.lexicographicallyPrecedes($1) }
                }
                let found = try store.best(of: model.id, degree: degree, fitter: fitter, by: criterion)
                #expect(found.map { order($0, by: criterion) } == expected)
            }
        }
    }

    private func order(_ candidate: EvaluatedApproximation, by criterion: BestCriterion) -> [Double] {
        let fit = candidate.record.fit
        let drop = candidate.evaluation?.drop ?? .infinity
        return switch criterion {
        case .drop: [drop, fit.rootMeanSquareError]
        case .rmse: [fit.rootMeanSquareError]
        case .levels: [Double(fit.levels), drop, fit.rootMeanSquareError]
        }
    }

    private func original(correct: Int, images: Int = 100) throws {
        try store.record { writer throws(StoreError) in
            try writer.insert(Sample.evaluation(.original, model: model.id, correct: correct, images: images))
        }
    }

    private func add(
        _ layer: LayerRecord, degree: Int, fitter: String = "centroid", rmse: Double = 0.5, levels: Int = 1,
        correct: Int?, images: Int = 100, split: SplitName = .validation, settingsHash: String = ""
    ) throws {
        let hash = settingsHash + String(repeating: "5", count: 64 - settingsHash.count)
        try store.record { writer throws(StoreError) in
            let id = try writer.insert(
                try Sample.fit(
                    layer, degree: degree, fitter: fitter, settingsHash: hash, rmse: rmse, levels: levels))
            if let correct {
                try writer.insert(
                    Sample.evaluation(
                        .approximation(id), model: model.id, correct: correct, images: images, split: split))
            }
        }
    }
}
