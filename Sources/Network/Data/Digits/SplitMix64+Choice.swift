internal import Approx

extension SplitMix64 {
    /// A number in `range`.
    mutating func double(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + nextUnit() * (range.upperBound - range.lowerBound)
    }

    /// An index below `count`.
    mutating func index(below count: Int) -> Int {
        Int(((next() >> 32) * UInt64(count)) >> 32)
    }
}
