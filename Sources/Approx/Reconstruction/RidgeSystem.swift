internal import CLAPACK

/// The normal equations of a linear piece with a ridge, factored: (G + R) w = b with G the weighted mean of a a^T over the
/// training rows and R = `ridge` * diag(G).
///
/// Products are single precision within a block of rows and double between blocks.
struct RidgeSystem: Sendable {
    let features: Int
    /// Of G, before the ridge.
    let diagonal: [Double]
    /// What was added to the diagonal.
    let ridge: [Double]
    /// The reciprocal condition number of G + R with its diagonal scaled to 1.
    let reciprocalCondition: Double
    /// Scaling of each feature that makes the diagonal 1.
    private let scale: [Double]
    /// Cholesky factor of the scaled matrix, in the lower triangle of its row-major order.
    private let factor: [Double]

    /// A feature that never differs from 0 gets this much of the mean diagonal, or the system is singular.
    private static let floor = 1e-7

    /// - Parameter ridge: Relative to each feature's own power; tenfold until the factors exist.
    /// - Throws: ``ApproxError/singularInputs(features:)`` when even a ridge of 1 leaves it singular; what `stop` throws.
    init(_ sample: LayerSample, ridge: Double, threads: Int, stop: StopCheck) throws {
        _ = LAPACK.prepared
        let order = sample.features
        let sums = try RowBlocks(rows: sample.trainingRows, threads: threads).reduce(
            [Double](repeating: 0, count: order * order), size: order * order
        ) { sum, block throws in
            try stop()
            let rows = sample.inputs.scaled(block) { sample.weights[$0].squareRoot() }
            BLAS.addGram(rows, to: &sum)
        }
        var gram = [Double](repeating: 0, count: order * order)
        for sum in sums {
            for index in gram.indices { gram[index] += sum[index] }
        }
        let weight = sample.trainingWeight
        for index in gram.indices { gram[index] /= weight }
        features = order
        diagonal = (0..<order).map { gram[$0 * order + $0] }
        let floor = Self.floor * diagonal.reduce(0, +) / Double(order) + .leastNormalMagnitude
        var strength = ridge
        while true {
            let added = diagonal.map { strength * $0 + floor }
            let scale = zip(diagonal, added).map { 1 / ($0 + $1).squareRoot() }
            if let (factor, condition) = Self.factored(gram, adding: added, scale: scale) {
                self.ridge = added
                self.scale = scale
                self.factor = factor
                reciprocalCondition = condition
                return
            }
            guard strength < 1 else { throw ApproxError.singularInputs(features: order) }
            try stop()
            strength = max(10 * strength, 1e-6)
        }
    }

    /// (G + R)^-1 for each row of `right`, which is `channels` x features and finite.
    func solve(_ right: [Double]) -> [Double] {
        var solution = right
        let channels = right.count / features
        for channel in 0..<channels {
            for feature in 0..<features { solution[channel * features + feature] *= scale[feature] }
        }
        // Row-major lower is column-major upper; each right side is a column of the column-major array.
        _ = LAPACKE_dpotrs(
            LAPACK_COL_MAJOR, Int8(UInt8(ascii: "U")), clapack_int(features), clapack_int(channels), factor,
            clapack_int(features), &solution, clapack_int(features))
        for channel in 0..<channels {
            for feature in 0..<features { solution[channel * features + feature] *= scale[feature] }
        }
        return solution
    }

    private static func factored(
        _ gram: [Double], adding ridge: [Double], scale: [Double]
    ) -> (factor: [Double], reciprocalCondition: Double)? {
        let order = ridge.count
        let size = clapack_int(order)
        var matrix = gram
        for row in 0..<order {
            matrix[row * order + row] += ridge[row]
            for column in 0...row { matrix[row * order + column] *= scale[row] * scale[column] }
        }
        let upper = Int8(UInt8(ascii: "U"))
        let norm = LAPACKE_dlansy(LAPACK_COL_MAJOR, Int8(UInt8(ascii: "1")), upper, size, matrix, size)
        guard LAPACKE_dpotrf(LAPACK_COL_MAJOR, upper, size, &matrix, size) == 0 else { return nil }
        var condition = 0.0
        guard LAPACKE_dpocon(LAPACK_COL_MAJOR, upper, size, matrix, size, norm, &condition) == 0,
            condition > LAPACK.leastReciprocalCondition
        else { return nil }
        return (matrix, condition)
    }
}
