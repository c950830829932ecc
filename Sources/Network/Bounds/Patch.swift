/// A tensor that is 0 outside some rows and columns, of which only the inside is kept: channels x rows x columns.
struct Patch: Sendable {
    var channels: Int
    var rows: Range<Int>
    var columns: Range<Int>
    var values: [Double]

    init(channels: Int, rows: Range<Int>, columns: Range<Int>, values: [Double]) {
        self.channels = channels
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// Zeros.
    init(channels: Int, rows: Range<Int>, columns: Range<Int>) {
        let count = channels * rows.count * columns.count
        self.init(channels: channels, rows: rows, columns: columns, values: Array(repeating: 0, count: count))
    }

    /// All of a tensor, in channel, height, width order.
    init(_ values: [Double], shape: TensorShape) {
        self.init(channels: shape.channels, rows: 0..<shape.height, columns: 0..<shape.width, values: values)
    }

    var isEmpty: Bool { values.isEmpty }

    /// Calls `body` for each row of each channel with the index of its first value here, and where that lies in a
    /// tensor of `shape`.
    func forEachRow(in shape: TensorShape, _ body: (_ own: Int, _ whole: Int) -> Void) {
        var own = 0
        for channel in 0..<channels {
            for row in rows {
                body(own, (channel * shape.height + row) * shape.width + columns.lowerBound)
                own += columns.count
            }
        }
    }

    /// The same tensor, kept over more rows and columns.
    func widened(rows: Range<Int>, columns: Range<Int>) -> Patch {
        guard rows != self.rows || columns != self.columns else { return self }
        var result = Patch(channels: channels, rows: rows, columns: columns)
        for channel in 0..<channels {
            for row in self.rows {
                let source = (channel * self.rows.count + row - self.rows.lowerBound) * self.columns.count
                let target =
                    (channel * rows.count + row - rows.lowerBound) * columns.count + self.columns.lowerBound
                    - columns.lowerBound
                for column in 0..<self.columns.count { result.values[target + column] = values[source + column] }
            }
        }
        return result
    }

    /// The rows and columns that hold two patches.
    func union(_ other: Patch) -> (rows: Range<Int>, columns: Range<Int>) {
        func union(_ a: Range<Int>, _ b: Range<Int>) -> Range<Int> {
            a.isEmpty ? b : b.isEmpty ? a : min(a.lowerBound, b.lowerBound)..<max(a.upperBound, b.upperBound)
        }
        return (union(rows, other.rows), union(columns, other.columns))
    }

    static func + (a: Patch, b: Patch) -> Patch {
        let (rows, columns) = a.union(b)
        var sum = a.widened(rows: rows, columns: columns)
        let other = b.widened(rows: rows, columns: columns)
        for index in sum.values.indices { sum.values[index] += other.values[index] }
        return sum
    }

    /// Several tensors, one after the other along the channels.
    static func stacked(_ patches: [Patch]) -> Patch {
        guard let first = patches.first else { return Patch(channels: 0, rows: 0..<0, columns: 0..<0) }
        let (rows, columns) = patches.dropFirst().reduce((first.rows, first.columns)) { all, patch in
            Patch(channels: 0, rows: all.0, columns: all.1).union(patch)
        }
        return Patch(
            channels: patches.reduce(0) { $0 + $1.channels }, rows: rows, columns: columns,
            values: patches.flatMap { $0.widened(rows: rows, columns: columns).values })
    }
}
