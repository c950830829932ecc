/// Bounds on what a file may ask for, far above any network and far below where 64-bit arithmetic would overflow.
enum Bounds {
    /// Of one attribute: a stride, a padding, a dimension.
    static let attribute = Int(Int32.max)
    /// Values in one image's tensor.
    static let tensor = 1 << 26
    /// Elements of a constant that shape arithmetic makes from fewer.
    static let constant = 1 << 20
    /// Nodes after all functions are inlined.
    static let nodes = 100_000
    /// Functions in functions.
    static let functionDepth = 16

    /// The product of `dimensions`, or nil if it is beyond `limit` or a dimension is out of bounds.
    ///
    /// Where a dimension is 0, the others are held to a bound too, so that loops over them end.
    static func count(_ dimensions: [Int], limit: Int = attribute) -> Int? {
        let isEmpty = dimensions.contains(0)
        var count = 1
        for dimension in dimensions where dimension != 0 {
            guard (0...attribute).contains(dimension) else { return nil }
            // Both factors are below 2^31.
            count *= dimension
            guard count <= (isEmpty ? constant : limit) else { return nil }
        }
        return isEmpty ? 0 : count
    }

    /// The sum, or nil if it does not fit 64 bits.
    static func sum(_ values: [Int]) -> Int? {
        var sum = 0
        for value in values {
            let (next, overflow) = sum.addingReportingOverflow(value)
            if overflow { return nil }
            sum = next
        }
        return sum
    }
}
