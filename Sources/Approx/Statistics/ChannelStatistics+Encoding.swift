extension ChannelStatistics {
    /// Counts stay whole numbers when taken as doubles.
    private static let mostValues: UInt64 = 1 << 53

    func encode(to writer: inout ByteWriter) {
        writer.append(varint: count)
        writer.append(varint: nonFinite)
        guard count > 0 else { return }
        for value in [minimum, maximum, mean, variance] {
            writer.append(value)
        }
        histogram.encode(to: &writer)
    }

    init(from reader: inout ByteReader) throws(ApproxError) {
        let count = try reader.varint("a count", in: 0...Self.mostValues)
        let nonFinite = try reader.varint("a count", in: 0...Self.mostValues)
        guard count > 0 else {
            self.init(nonFinite: nonFinite)
            return
        }
        let minimum = try reader.double()
        let maximum = try reader.double()
        let mean = try reader.double()
        let variance = try reader.double()
        let histogram = try Histogram(from: &reader)
        guard minimum <= maximum, variance >= 0 else {
            throw .damagedStatistics("a range of \(minimum) to \(maximum) with variance \(variance)")
        }
        guard histogram.count == count else {
            throw .damagedStatistics("bins of \(histogram.count) values for a channel of \(count)")
        }
        self.init(
            count: count, nonFinite: nonFinite, minimum: minimum, maximum: maximum, mean: mean, variance: variance,
            histogram: histogram)
    }
}

extension Histogram {
    private static let exponents = Int64(BinGrid.smallestExponent)...Int64(BinGrid.largestExponent)
    private static let indices: ClosedRange<Int64> = -(1 << 52)...(1 << 52)

    /// Writes exponent, first bin, number of bins, and for each bin its count and sum.
    ///
    /// A count of 0 is followed by the number of further empty bins. A sum is written as the distance of its bits from
    /// those of count times the bin's middle: the values being floats, both end in many zero bits, which are counted
    /// (six bits) and dropped.
    func encode(to writer: inout ByteWriter) {
        writer.append(signed: Int64(exponent))
        writer.append(signed: Int64(firstBin))
        writer.append(varint: UInt64(counts.count))
        var slot = 0
        while slot < counts.count {
            writer.append(varint: counts[slot])
            if counts[slot] == 0 {
                let next = counts[slot...].firstIndex { $0 > 0 } ?? counts.endIndex
                writer.append(varint: UInt64(next - slot - 1))
                slot = next
            } else {
                let difference = Int64(bitPattern: sums[slot].bitPattern &- expectedSum(slot).bitPattern)
                let zeros = difference == 0 ? 0 : difference.trailingZeroBitCount
                writer.append(UInt8(zeros))
                writer.append(signed: difference >> Int64(zeros))
                slot += 1
            }
        }
    }

    init(from reader: inout ByteReader) throws(ApproxError) {
        let exponent = Int(try reader.signed("a bin exponent", in: Self.exponents))
        let firstBin = Int(try reader.signed("a bin index", in: Self.indices))
        let size = Int(try reader.varint("the number of bins", in: 1...UInt64(BinGrid.capacity)))
        var counts: [UInt64] = []
        var sums: [Double] = []
        while counts.count < size {
            let count = try reader.varint("a bin's count", in: 0...(1 << 53))
            guard count > 0 else {
                let further = Int(try reader.varint("a run of empty bins", in: 0...UInt64(BinGrid.capacity)))
                counts.append(contentsOf: repeatElement(0, count: further + 1))
                sums.append(contentsOf: repeatElement(0, count: further + 1))
                continue
            }
            let zeros = try reader.byte()
            guard zeros < 64 else { throw .damagedStatistics("a shift of \(zeros) bits") }
            let difference = UInt64(bitPattern: try reader.signed() << Int64(zeros))
            let expected = Self.expectedSum(bin: firstBin + counts.count, count: count, exponent: exponent)
            let sum = Double(bitPattern: expected.bitPattern &+ difference)
            guard sum.isFinite else { throw .damagedStatistics("a bin's sum is not finite") }
            counts.append(count)
            sums.append(sum)
        }
        guard counts.count == size, counts.first != 0, counts.last != 0 else {
            throw .damagedStatistics("a histogram begins or ends with empty bins")
        }
        self.init(exponent: exponent, firstBin: firstBin, counts: counts, sums: sums)
    }

    private func expectedSum(_ slot: Int) -> Double {
        Self.expectedSum(bin: firstBin + slot, count: counts[slot], exponent: exponent)
    }

    /// The sum of `count` values in the middle of a bin.
    private static func expectedSum(bin: Int, count: UInt64, exponent: Int) -> Double {
        (Double(bin) + 0.5) * BinGrid.width(exponent: exponent) * Double(count)
    }
}
