internal import Checksum

extension Trainer {
    /// All that a later step depends on, but for settings, images and network: a trainer that restores it goes on to
    /// the same bits.
    ///
    /// Little-endian: a mark, the version, counts, steps, and the bits of values, moments and norms; then the SHA-256 of it.
    package func checkpoint() -> [UInt8] {
        var bytes = Self.mark
        for number in [
            Self.version, values.count, optimiser.moments.count, steps, skippedSteps, optimiser.updates,
            recentNorms.count,
        ] {
            bytes.append(littleEndian: UInt64(number))
        }
        bytes.reserveCapacity(bytes.count + 4 * (values.count + optimiser.moments.count) + 64)
        for value in values { bytes.append(littleEndian: value.bitPattern) }
        for value in optimiser.moments { bytes.append(littleEndian: value.bitPattern) }
        for norm in recentNorms { bytes.append(littleEndian: norm.bitPattern) }
        return bytes + Array(Self.checksum(of: bytes[...]).utf8)
    }

    /// Goes back to what ``checkpoint()`` wrote.
    ///
    /// - Throws: ``TrainingError/damagedCheckpoint(reason:)`` or
    ///   ``TrainingError/foreignCheckpoint(what:found:expected:)``; the trainer is unchanged then.
    package func restore(_ checkpoint: [UInt8]) throws(TrainingError) {
        let headerSize = Self.mark.count + 7 * 8, checksumSize = 64
        guard checkpoint.starts(with: Self.mark) else {
            throw .damagedCheckpoint(reason: "it does not begin as one")
        }
        guard checkpoint.count >= headerSize + checksumSize else {
            throw .damagedCheckpoint(reason: "it ends after \(checkpoint.count) bytes")
        }
        let body = checkpoint.dropLast(checksumSize)
        guard Array(Self.checksum(of: body).utf8) == Array(checkpoint.suffix(checksumSize)) else {
            throw .damagedCheckpoint(reason: "its checksum is wrong")
        }
        let numbers = (0..<7).map { body.number(at: Self.mark.count + 8 * $0) }
        let expected = [UInt64(Self.version), UInt64(values.count), UInt64(optimiser.moments.count)]
        for (what, (found, wanted)) in zip(["format version", "values", "moments"], zip(numbers, expected))
        where found != wanted {
            throw .foreignCheckpoint(what: what, found: Int(clamping: found), expected: Int(clamping: wanted))
        }
        let floats = values.count + optimiser.moments.count
        guard numbers[6] <= UInt64(Self.normHistory), body.count == headerSize + 4 * floats + 8 * Int(numbers[6]) else {
            throw .damagedCheckpoint(reason: "it has \(body.count) bytes")
        }
        for index in values.indices { values[index] = body.float(at: headerSize + 4 * index) }
        let second = headerSize + 4 * values.count
        for index in optimiser.moments.indices { optimiser.moments[index] = body.float(at: second + 4 * index) }
        steps = Int(clamping: numbers[3])
        skippedSteps = Int(clamping: numbers[4])
        optimiser.updates = Int(clamping: numbers[5])
        recentNorms = (0..<Int(numbers[6])).map {
            Double(bitPattern: body.number(at: headerSize + 4 * floats + 8 * $0))
        }
    }

    private static let mark = Array("centroid training\n".utf8)
    private static let version = 3

    private static func checksum(of bytes: ArraySlice<UInt8>) -> String {
        let hash = SHA256()
        bytes.withUnsafeBytes { hash.update($0) }
        return hash.finish()
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func number(at offset: Int) -> UInt64 {
        withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    }

    fileprivate func float(at offset: Int) -> Float {
        let bits = withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
        return Float(bitPattern: bits)
    }
}
