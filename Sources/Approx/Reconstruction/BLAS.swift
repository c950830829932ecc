internal import CLAPACK

/// The few BLAS routines that reconstruction needs, on the calling thread, over rows of ``RowMatrix``.
enum BLAS {
    /// result[rows - offset] = inputs[rows] * weights^T: rows x channels, `weights` being channels x features.
    static func multiply(
        _ inputs: RowMatrix, _ rows: Range<Int>, by weights: [Float], into result: RowMatrix, from offset: Int = 0
    ) {
        _ = LAPACK.prepared
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count), Int32(result.columns), Int32(inputs.columns), 1,
            inputs.row(rows.lowerBound), Int32(inputs.stride), weights, Int32(inputs.columns), 0,
            result.row(rows.lowerBound - offset), Int32(result.stride))
    }

    /// left[rows - offset]^T * inputs[rows], channels x features, added to `result`.
    static func addProduct(
        _ left: RowMatrix, from offset: Int = 0, _ inputs: RowMatrix, _ rows: Range<Int>, to result: inout [Double]
    ) {
        _ = LAPACK.prepared
        var block = [Float](repeating: 0, count: left.columns * inputs.columns)
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(left.columns), Int32(inputs.columns), Int32(rows.count), 1,
            left.row(rows.lowerBound - offset), Int32(left.stride), inputs.row(rows.lowerBound), Int32(inputs.stride),
            0, &block, Int32(inputs.columns))
        for index in block.indices { result[index] += Double(block[index]) }
    }

    /// The lower triangle of inputs^T * inputs, row-major, added to `result`; the rest is not touched.
    static func addGram(_ inputs: RowMatrix, to result: inout [Double]) {
        _ = LAPACK.prepared
        let order = inputs.columns
        var block = [Float](repeating: 0, count: order * order)
        cblas_ssyrk(
            CblasRowMajor, CblasLower, CblasTrans, Int32(order), Int32(inputs.rows), 1, inputs.values,
            Int32(inputs.stride), 0, &block, Int32(order))
        for row in 0..<order {
            for index in row * order...row * order + row { result[index] += Double(block[index]) }
        }
    }
}
