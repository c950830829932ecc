internal import Approx
internal import Foundation

/// Polynomials as bytes: exact to the last bit, and the same bytes for the same polynomials.
///
/// Little-endian: a version byte, the number of polynomials in 4 bytes, then for each its basis in 1, the number of
/// its coefficients in 2, and as IEEE-754 doubles both ends of its domain and its coefficients in ascending order.
enum ApproximationCoding {
    private static let version: UInt8 = 1

    static func encode(_ approximation: Approximation) throws(StoreError) -> Data {
        var data = Data([version])
        append(UInt32(approximation.polynomials.count), to: &data)
        for polynomial in approximation.polynomials {
            let values = [polynomial.domain.lowerBound, polynomial.domain.upperBound] + polynomial.coefficients
            guard values.allSatisfy(\.isFinite), polynomial.coefficients.count <= UInt16.max else {
                throw .invalid("an approximation has a coefficient or a domain that is not finite")
            }
            data.append(polynomial.basis == .monomial ? 0 : 1)
            append(UInt16(polynomial.coefficients.count), to: &data)
            for value in values {
                append(value.bitPattern, to: &data)
            }
        }
        return data
    }

    static func decode(_ data: Data, granularity: Granularity) throws(StoreError) -> Approximation {
        var reader = Reader(bytes: [UInt8](data))
        guard try reader.next(UInt8.self) == version else { throw damaged("its version is unknown") }
        let count = Int(try reader.next(UInt32.self))
        guard count > 0, granularity == .channel || count == 1 else { throw damaged("\(count) polynomials") }
        var polynomials: [Polynomial] = []
        for _ in 0..<count {
            let basis: Polynomial.Basis
            switch try reader.next(UInt8.self) {
            case 0: basis = .monomial
            case 1: basis = .chebyshev
            default: throw damaged("its basis is unknown")
            }
            let coefficientCount = Int(try reader.next(UInt16.self))
            let lower = try reader.nextDouble()
            let upper = try reader.nextDouble()
            guard coefficientCount > 0, lower <= upper else { throw damaged("its domain or length is impossible") }
            var coefficients: [Double] = []
            for _ in 0..<coefficientCount {
                coefficients.append(try reader.nextDouble())
            }
            polynomials.append(Polynomial(basis: basis, coefficients: coefficients, domain: lower...upper))
        }
        guard reader.isAtEnd else { throw damaged("it is longer than it says") }
        return Approximation(granularity: granularity, polynomials: polynomials)
    }

    private static func append(_ value: some FixedWidthInteger, to data: inout Data) {
        withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }

    private static func damaged(_ detail: String) -> StoreError {
        .undecodable("an approximation's polynomials", detail)
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool { position == bytes.count }

        mutating func next<Value: FixedWidthInteger>(_ type: Value.Type) throws(StoreError) -> Value {
            let end = position + MemoryLayout<Value>.size
            guard end <= bytes.count else { throw damaged("it is truncated") }
            defer { position = end }
            return bytes[position..<end].reversed().reduce(0) { $0 << 8 | Value($1) }
        }

        mutating func nextDouble() throws(StoreError) -> Double {
            Double(bitPattern: try next(UInt64.self))
        }
    }
}
