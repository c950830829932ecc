/// Eight neighbouring channels of one row.
typealias EightChannels = SIMD8<Float>

extension SIMD8<Float> {
    @inline(__always)
    static func load(_ values: UnsafePointer<Float>) -> SIMD8<Float> {
        UnsafeRawPointer(values).loadUnaligned(as: SIMD8<Float>.self)
    }

    @inline(__always)
    func store(_ values: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(values).storeBytes(of: self, as: SIMD8<Float>.self)
    }

    /// One value per channel, eight to a group; zeros fill the last group.
    static func grouped(_ values: [Float]) -> [SIMD8<Float>] {
        stride(from: 0, to: values.count, by: 8).map { start in
            var group = SIMD8<Float>.zero
            for index in start..<Swift.min(start + 8, values.count) { group[index - start] = values[index] }
            return group
        }
    }
}
