/// Compares the logits of stage after stage with the labels, with the networks in clear and with the stage before.
struct CheckTally {
    private(set) var stages: [CheckFigures] = []
    private let labels: [Int]
    private let classCount: Int
    private let original: [Int]
    private let polynomial: [Int]
    private let polynomialLogits: [Double]

    /// - Parameters:
    ///   - labels: Of the images.
    ///   - original: Logits of the trained network, image after image.
    ///   - polynomial: Those of the network with the plan's polynomials.
    init(labels: [Int], classCount: Int, original: [Double], polynomial: [Double]) {
        self.labels = labels
        self.classCount = classCount
        self.original = Self.classes(of: original, classCount)
        self.polynomial = Self.classes(of: polynomial, classCount)
        polynomialLogits = polynomial
        add(.original, original)
        add(.polynomial, polynomial)
    }

    /// - Parameter clear: Logits that `logits` would be without noise, where the stage has any.
    mutating func add(_ stage: CheckStage, _ logits: [Double], from clear: [Double]? = nil) {
        let classes = Self.classes(of: logits, classCount)
        let isRight = zip(classes, labels).map(==)
        let wasRight = stages.last.map { zip($0.classes, labels).map(==) } ?? isRight
        stages.append(
            CheckFigures(
                stage: stage, classes: classes, correct: isRight.count { $0 },
                agreeingWithOriginal: Self.agreeing(classes, original),
                agreeingWithPolynomial: Self.agreeing(classes, polynomial),
                lost: zip(wasRight, isRight).count { $0 && !$1 }, gained: zip(wasRight, isRight).count { !$0 && $1 },
                error: stage == .original ? nil : LogitsError(of: logits, from: polynomialLogits),
                noise: clear.map { LogitsError(of: logits, from: $0) }))
    }

    /// An image without a class agrees with none.
    private static func agreeing(_ classes: [Int], _ others: [Int]) -> Int {
        zip(classes, others).count { $0 >= 0 && $0 == $1 }
    }

    /// The first largest logit of each image; -1 where one is not finite.
    private static func classes(of logits: [Double], _ count: Int) -> [Int] {
        stride(from: 0, to: logits.count, by: count).map { start in
            let scores = logits[start..<start + count]
            guard scores.allSatisfy(\.isFinite), let largest = scores.max() else { return -1 }
            return (scores.firstIndex(of: largest) ?? start) - start
        }
    }
}
