/// Least squares by Gram and Schmidt on the powers of the values, one after the other: slow, and in nothing like what it
/// is compared with.
struct NaiveLeastSquares {
    let meanSquareError: Double
    /// The best polynomial at the values.
    let fitted: [Double]

    init(_ values: [Double], _ wanted: [Double], degree: Int) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        let scaled = values.map { ($0 - mean) / (spread > 0 ? spread : 1) }
        func product(_ one: [Double], _ other: [Double]) -> Double { zip(one, other).reduce(0) { $0 + $1.0 * $1.1 } }
        var basis: [[Double]] = []
        var rest = wanted
        var power = [Double](repeating: 1, count: values.count)
        for _ in 0...degree {
            var column = power
            // Twice is enough.
            for _ in 0..<2 {
                for other in basis {
                    let share = product(column, other)
                    for index in column.indices { column[index] -= share * other[index] }
                }
            }
            let length = product(column, column).squareRoot()
            if length > 1e-9 * count.squareRoot() {
                for index in column.indices { column[index] /= length }
                let share = product(rest, column)
                for index in rest.indices { rest[index] -= share * column[index] }
                basis.append(column)
            }
            for index in power.indices { power[index] *= scaled[index] }
        }
        meanSquareError = product(rest, rest) / count
        fitted = zip(wanted, rest).map { $0 - $1 }
    }
}
