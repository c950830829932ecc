/// Reads what ``ByteWriter`` wrote, and says what is wrong where it cannot.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position == bytes.endIndex }

    mutating func byte() throws(ApproxError) -> UInt8 {
        guard position < bytes.endIndex else {
            throw .damagedStatistics("a field runs past the end")
        }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func fixed() throws(ApproxError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 8) {
            value |= UInt64(try byte()) << UInt64(shift)
        }
        return value
    }

    /// - Throws: ``ApproxError/damagedStatistics(_:)`` also for NaN and infinity, which no field holds.
    mutating func double() throws(ApproxError) -> Double {
        let value = Double(bitPattern: try fixed())
        guard value.isFinite else { throw .damagedStatistics("a number is not finite") }
        return value
    }

    mutating func varint() throws(ApproxError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try byte()
            let part = UInt64(byte & 0x7F)
            guard (part << shift) >> shift == part else { break }
            value |= part << shift
            if byte < 0x80 { return value }
        }
        throw .damagedStatistics("a number takes more than 64 bits")
    }

    /// A number in `allowed`; `name` says what it is, should it lie outside.
    mutating func varint(_ name: String, in allowed: ClosedRange<UInt64>) throws(ApproxError) -> UInt64 {
        let value = try varint()
        guard allowed.contains(value) else { throw .damagedStatistics("\(name) is \(value)") }
        return value
    }

    mutating func signed() throws(ApproxError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// As ``varint(_:in:)``, with a sign.
    mutating func signed(_ name: String, in allowed: ClosedRange<Int64>) throws(ApproxError) -> Int64 {
        let value = try signed()
        guard allowed.contains(value) else { throw .damagedStatistics("\(name) is \(value)") }
        return value
    }
}
