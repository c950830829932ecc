/// What the paper's tables say, on its own machine (Xeon Gold 6326, RTX A6000).
enum PublishedFigures {
    static let source =
        "Nam, Joo, Ha and Paek (2024), Intermediate Data Guided Approximation for Fast and Accurate Encrypted Neural "
        + "Networks: its tables of accuracy, of extra preparation time and of encrypted inference on a GPU"

    /// Where the paper says two things, or what others have measured says a third.
    static let remarks = [
        "The paper's table 3 has degree 2 without retraining on ResNet-20 at 45.67 %, degrees above 27 at 89.42 %.",
        "The paper's NAS on ResNet-20 takes 143.2 s in one of its tables and 1.5 s in another one.",
        "The paper's IR drops 2.76 and 5.80 points on the ResNets, where AutoFHE's run of the same method drops 0.07.",
    ]

    struct Row: Hashable, Encodable {
        /// In per cent.
        let accuracy: Double
        /// In points.
        let drop: Double
        /// Beside the first training; nil for IR, which has none in the paper.
        let preparationSeconds: Double?
        /// Of an image.
        let inferenceSeconds: Double
    }

    /// What the paper calls the network.
    static func symbol(of network: PaperNetwork) -> String {
        switch network {
        case .lenet5: "ML5"
        case .resnet20: "CR20"
        case .resnet32: "CR32"
        }
    }

    /// Of the trained network, in per cent.
    static func originalAccuracy(of network: PaperNetwork) -> Double {
        switch network {
        case .lenet5: 94
        case .resnet20: 92.18
        case .resnet32: 93.41
        }
    }

    static func row(_ network: PaperNetwork, _ method: PaperMethod) -> Row {
        switch (network, method) {
        case (.lenet5, .inferenceReplacement): Row(93.93, -0.07, nil, 0.81)
        case (.lenet5, .retraining): Row(93.92, -0.08, 30, 0.33)
        case (.lenet5, .architectureSearch): Row(93.94, -0.06, 7 * hour, 0.84)
        case (.lenet5, .ours): Row(93.94, -0.06, 21, 0.33)
        case (.resnet20, .inferenceReplacement): Row(89.42, -2.76, nil, 75.7)
        case (.resnet20, .retraining): Row(90.08, -2.10, 2.1 * hour, 1.46)
        case (.resnet20, .architectureSearch): Row(91.92, -0.26, 44 * hour, 143.2)
        case (.resnet20, .ours): Row(91.88, -0.30, 0.66 * hour, 1.41)
        case (.resnet32, .inferenceReplacement): Row(87.61, -5.80, nil, 124.3)
        case (.resnet32, .retraining): Row(88.39, -5.02, 3.8 * hour, 2.17)
        case (.resnet32, .architectureSearch): Row(93.16, -0.25, 64 * hour, 228.7)
        case (.resnet32, .ours): Row(92.42, -0.99, 0.84 * hour, 2.21)
        }
    }

    private static let hour = 3600.0
}

extension PublishedFigures.Row {
    fileprivate init(_ accuracy: Double, _ change: Double, _ preparation: Double?, _ inference: Double) {
        self.init(accuracy: accuracy, drop: -change, preparationSeconds: preparation, inferenceSeconds: inference)
    }
}
