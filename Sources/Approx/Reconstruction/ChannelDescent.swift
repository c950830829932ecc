/// One channel's way down: its weights, where it is headed, and the best it has seen.
struct ChannelDescent: Sendable {
    /// Steps without a better held-out error after which a channel stops.
    private static let patience = 3
    /// Lengths to try, relative to the one that was best at the last step.
    static let trials: [Double] = [0.5, 1, 2]

    private(set) var weights: [Double]
    private(set) var direction: [Double]
    private(set) var best: [Double]
    private(set) var bestHeldOut: Double
    private(set) var length = 1.0
    private(set) var isActive = true
    private(set) var steps = 0
    private var error: Double
    private var gradient: [Double]
    private var scaled: [Double]
    private var patience = Self.patience

    /// - Parameters:
    ///   - error: Mean squared error on the rows that are fitted.
    ///   - heldOut: The same on those that are not.
    init(weights: [Double], error: Double, heldOut: Double) {
        self.weights = weights
        self.error = error
        best = weights
        bestHeldOut = heldOut
        let zeros = [Double](repeating: 0, count: weights.count)
        direction = zeros
        gradient = zeros
        scaled = zeros
        isActive = error > 0
    }

    /// Turns into the next direction: Polak and Ribière's, restarted where it would go uphill.
    ///
    /// - Parameters:
    ///   - gradient: Half the gradient of the error in the weights.
    ///   - scaled: The same after the preconditioner.
    mutating func turn(gradient next: [Double], scaled nextScaled: [Double]) {
        let before = Self.product(gradient, scaled)
        let change = zip(next, zip(nextScaled, scaled)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
        var momentum = before > 0 ? max(0, change / before) : 0
        if !momentum.isFinite { momentum = 0 }
        direction = zip(nextScaled, direction).map { momentum * $1 - $0 }
        if Self.product(next, direction) >= 0 { direction = nextScaled.map { -$0 } }
        gradient = next
        scaled = nextScaled
    }

    /// Chooses among the trials by their errors, and takes the step.
    ///
    /// - Returns: The trial; nil where none helps.
    mutating func step(errors: [Double]) -> Int? {
        guard isActive else { return nil }
        guard let (trial, least) = errors.enumerated().min(by: { $0.element < $1.element }), least < error else {
            length /= 4
            // The next turn starts from the gradient alone.
            gradient = gradient.map { _ in 0 }
            isActive = length > 1e-3
            return nil
        }
        length *= Self.trials[trial]
        error = least
        steps += 1
        weights = zip(weights, direction).map { $0 + length * $1 }
        return trial
    }

    /// Stays where it is for good.
    mutating func stop() {
        isActive = false
    }

    /// Notes how the weights after a step do on the rows that are not fitted.
    mutating func judge(heldOut: Double) {
        guard isActive else { return }
        if heldOut < bestHeldOut {
            bestHeldOut = heldOut
            best = weights
            patience = Self.patience
        } else {
            patience -= 1
            if patience == 0 { isActive = false }
        }
    }

    private static func product(_ first: [Double], _ second: [Double]) -> Double {
        zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
