/// The extremes of a block of values, and whether all of them are finite.
struct BlockExtremes {
    let minimum: Float
    let maximum: Float
    let isFinite: Bool

    var middle: Double { (Double(minimum) + Double(maximum)) / 2 }

    /// Where values are not finite, `minimum` and `maximum` mean nothing.
    init(of values: UnsafeBufferPointer<Float>) {
        var low = SIMD8<Float>(repeating: .infinity)
        var high = SIMD8<Float>(repeating: -.infinity)
        var probe = SIMD8<Float>.zero
        var position = 0
        while position < values.count {
            let x = FloatBlocks.load(values, at: position)
            low.replace(with: x, where: x .< low)
            high.replace(with: x, where: x .> high)
            // 0 for finite values, NaN for the others, and NaN stays.
            probe += x * 0
            position += FloatBlocks.lanes
        }
        minimum = low.min()
        maximum = high.max()
        isFinite = probe.sum() == 0
    }
}

/// Reads and writes eight lanes at a time, in instructions that every x86-64 and ARM64 processor has.
enum FloatBlocks {
    static let lanes = SIMD8<Float>.scalarCount

    /// Eight values from `position` on; the lanes beyond the end repeat the last value.
    @inline(__always)
    static func load(_ values: UnsafeBufferPointer<Float>, at position: Int) -> SIMD8<Float> {
        guard position + lanes > values.count else {
            let offset = position * MemoryLayout<Float>.stride
            return UnsafeRawBufferPointer(values).loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
        }
        var rest = SIMD8(repeating: values[values.count - 1])
        for lane in 0..<(values.count - position) {
            rest[lane] = values[position + lane]
        }
        return rest
    }
}
