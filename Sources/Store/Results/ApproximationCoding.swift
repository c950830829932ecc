internal import Approx
internal import Foundation

/// Polynomials as bytes: exact to the last bit, and the same bytes for the same polynomials.
///
/// Little-endian: a version byte, the number of polynomials in 4 bytes, then for each its basis in 1, the number of
/// its coefficients in 2, and as IEEE-754 doubles both ends of its domain and its coefficients in ascending order. A
/// composite ReLU has another version, and behind its polynomials the same once more for the components of its gate.
enum ApproximationCoding {
    private static let version: UInt8 = 1
    private static let gatedVersion: UInt8 = 2

    static func encode(_ approximation: Approximation) throws(StoreError) -> Data {
        var data = Data([approximation.gate == nil ? version : gatedVersion])
        try append(approximation.polynomials, to: &data)
        if let gate = approximation.gate { try append(gate.components, to: &data) }
        return data
    }

    static func decode(_ data: Data, granularity: Granularity) throws(StoreError) -> Approximation {
        var reader = Reader(bytes: [UInt8](data))
        let found = try reader.next(UInt8.self)
        guard found == version || found == gatedVersion else { throw damaged("its version is unknown") }
        let polynomials = try reader.nextPolynomials()
        guard !polynomials.isEmpty, granularity == .channel || polynomials.count == 1 else {
            throw damaged("\(polynomials.count) polynomials")
        }
        let gate = found == gatedVersion ? StepGate(components: try reader.nextPolynomials()) : nil
        guard reader.isAtEnd else { throw damaged("it is longer than it says") }
        return Approximation(granularity: granularity, polynomials: polynomials, gate: gate)
    }

    private static func append(_ polynomials: [Polynomial], to data: inout Data) throws(StoreError) {
        append(UInt32(polynomials.count), to: &data)
        for polynomial in polynomials {
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

        mutating func nextPolynomials() throws(StoreError) -> [Polynomial] {
            let count = Int(try next(UInt32.self))
            var polynomials: [Polynomial] = []
            for _ in 0..<count { polynomials.append(try nextPolynomial()) }
            return polynomials
        }

        private mutating func nextPolynomial() throws(StoreError) -> Polynomial {
            let basis: Polynomial.Basis
            switch try next(UInt8.self) {
            case 0: basis = .monomial
            case 1: basis = .chebyshev
            default: throw damaged("its basis is unknown")
            }
            let coefficientCount = Int(try next(UInt16.self))
            let (lower, upper) = (try nextDouble(), try nextDouble())
            guard coefficientCount > 0, lower <= upper else { throw damaged("its domain or length is impossible") }
            var coefficients: [Double] = []
            for _ in 0..<coefficientCount { coefficients.append(try nextDouble()) }
            return Polynomial(basis: basis, coefficients: coefficients, domain: lower...upper)
        }

        mutating func nextDouble() throws(StoreError) -> Double {
            Double(bitPattern: try next(UInt64.self))
        }
    }
}
