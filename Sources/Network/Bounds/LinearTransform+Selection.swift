extension LinearTransform {
    func cut(_ patch: Patch, _ slice: Operation.Slice, to output: TensorShape) -> Patch {
        func span(_ part: Range<Int>, _ axis: Operation.Slice.Axis) -> Range<Int> {
            let inside = (0..<axis.count).filter { part.contains(axis.start + $0 * axis.step) }
            guard let first = inside.first, let last = inside.last else { return 0..<0 }
            return first..<last + 1
        }
        let rows = span(patch.rows, slice.height)
        let columns = span(patch.columns, slice.width)
        var result = Patch(channels: output.channels, rows: rows, columns: columns)
        var index = 0
        for channel in 0..<output.channels {
            let plane = (slice.channel.start + channel * slice.channel.step) * patch.rows.count
            for row in rows {
                let line = plane + slice.height.start + row * slice.height.step - patch.rows.lowerBound
                let start = line * patch.columns.count + slice.width.start - patch.columns.lowerBound
                for column in columns {
                    result.values[index] = patch.values[start + column * slice.width.step]
                    index += 1
                }
            }
        }
        return result
    }

    /// Zeros around, or less of the tensor where a padding is negative.
    func padded(_ patch: Patch, _ pad: Operation.Pad, to output: TensorShape) -> Patch {
        func span(_ part: Range<Int>, _ axis: Operation.Pad.Axis, _ size: Int) -> Range<Int> {
            (part.lowerBound + axis.before..<part.upperBound + axis.before).clamped(to: 0..<size)
        }
        let rows = span(patch.rows, pad.height, output.height)
        let columns = span(patch.columns, pad.width, output.width)
        var result = Patch(channels: output.channels, rows: rows, columns: columns)
        for channel in 0..<output.channels {
            let source = channel - pad.channel.before
            guard (0..<patch.channels).contains(source) else { continue }
            for row in rows {
                let line = source * patch.rows.count + row - pad.height.before - patch.rows.lowerBound
                let start = line * patch.columns.count - pad.width.before - patch.columns.lowerBound
                let target = (channel * rows.count + row - rows.lowerBound) * columns.count - columns.lowerBound
                for column in columns { result.values[target + column] = patch.values[start + column] }
            }
        }
        return result
    }

    func flattened(_ patch: Patch, from input: TensorShape, to output: TensorShape) -> Patch {
        var result = Patch(channels: output.channels, rows: 0..<1, columns: 0..<1)
        patch.forEachRow(in: input) { own, whole in
            for offset in 0..<patch.columns.count { result.values[whole + offset] = patch.values[own + offset] }
        }
        return result
    }
}

/// One place of a window's kernel.
struct WindowTap {
    private let window: Operation.Window
    private let row: Int
    private let column: Int

    init(_ window: Operation.Window, row: Int, column: Int) {
        self.window = window
        self.row = row
        self.column = column
    }

    /// Calls `body` for each output row that the place serves from an input row at hand: both counted from the starts
    /// of the given rows, the first output and input column, and how many output columns are served; the input columns
    /// are a stride apart.
    func forEachRow(
        from inputRows: Range<Int>, _ inputColumns: Range<Int>, to rows: Range<Int>, _ columns: Range<Int>,
        _ body: (_ row: Int, _ column: Int, _ inputRow: Int, _ inputColumn: Int, _ count: Int) -> Void
    ) {
        let shift = column * window.dilationWidth - window.left
        let stride = window.strideWidth
        var (first, last) = (columns.lowerBound, columns.upperBound - 1)
        while first <= last, first * stride + shift < inputColumns.lowerBound { first += 1 }
        while last >= first, last * stride + shift >= inputColumns.upperBound { last -= 1 }
        guard first <= last else { return }
        for output in rows {
            let input = output * window.strideHeight - window.top + row * window.dilationHeight
            guard inputRows.contains(input) else { continue }
            body(
                output - rows.lowerBound, first - columns.lowerBound, input - inputRows.lowerBound,
                first * stride + shift - inputColumns.lowerBound, last - first + 1)
        }
    }
}

extension Operation.Pool {
    /// What the sum at one place of the output is divided by.
    func divisor(row: Int, column: Int, of input: TensorShape) -> Int {
        if case .average(countsPadding: true) = kind { return window.kernelHeight * window.kernelWidth }
        func inside(_ kernel: Int, _ start: Int, _ dilation: Int, _ size: Int) -> Int {
            (0..<kernel).count { (0..<size).contains(start + $0 * dilation) }
        }
        return max(
            1,
            inside(
                window.kernelHeight, row * window.strideHeight - window.top, window.dilationHeight, input.height)
                * inside(
                    window.kernelWidth, column * window.strideWidth - window.left, window.dilationWidth, input.width))
    }
}
