package import Foundation

extension LayerStatistics {
    /// Changes whenever the meaning of the bytes does.
    private static let version: UInt8 = 1
    private static let signature = Array("CLST".utf8)
    /// Signature, version, length of the body, check of the body.
    private static let headerSize = 4 + 1 + 8 + 8
    private static let mostChannels: UInt64 = 1 << 24

    /// The statistics as bytes, exact to the bit.
    ///
    /// Layout: `CLST`, the version, the body's length and its FNV-1a check (64 bits each, little-endian), then the
    /// body: the number of channels and each channel in turn.
    package func encoded() -> Data {
        var body = ByteWriter()
        body.append(varint: UInt64(channels.count))
        for channel in channels {
            channel.encode(to: &body)
        }
        var whole = ByteWriter()
        whole.append(contentsOf: Self.signature)
        whole.append(Self.version)
        whole.append(fixed: UInt64(body.bytes.count))
        whole.append(fixed: Self.check(body.bytes[...]))
        whole.append(contentsOf: body.bytes)
        return Data(whole.bytes)
    }

    /// Reads what ``encoded()`` wrote.
    ///
    /// - Throws: ``ApproxError/notStatistics``, ``ApproxError/unsupportedStatisticsVersion(_:supported:)``,
    ///   ``ApproxError/truncatedStatistics(expected:found:)`` or ``ApproxError/damagedStatistics(_:)``.
    package init(decoding data: Data) throws(ApproxError) {
        let bytes = [UInt8](data)
        guard bytes.starts(with: Self.signature.prefix(bytes.count)), !bytes.isEmpty else { throw .notStatistics }
        guard bytes.count >= Self.headerSize else {
            throw .truncatedStatistics(expected: Self.headerSize, found: bytes.count)
        }
        var header = ByteReader(bytes[Self.signature.count..<Self.headerSize])
        let version = try header.byte()
        guard version == Self.version else {
            throw .unsupportedStatisticsVersion(Int(version), supported: Int(Self.version))
        }
        let length = try header.fixed()
        let check = try header.fixed()
        let body = bytes[Self.headerSize...]
        guard length <= UInt64(Int.max - Self.headerSize) else {
            throw .damagedStatistics("the length is \(length)")
        }
        guard body.count >= Int(length) else {
            throw .truncatedStatistics(expected: Self.headerSize + Int(length), found: bytes.count)
        }
        guard body.count == Int(length) else {
            throw .damagedStatistics("\(body.count - Int(length)) bytes follow the end")
        }
        guard Self.check(body) == check else { throw .damagedStatistics("the check sum differs") }

        var reader = ByteReader(body)
        var channels: [ChannelStatistics] = []
        for _ in 0..<(try reader.varint("the number of channels", in: 0...Self.mostChannels)) {
            channels.append(try ChannelStatistics(from: &reader))
        }
        guard reader.isAtEnd else { throw .damagedStatistics("bytes follow the last channel") }
        self.init(channels: channels)
    }

    /// FNV-1a (Fowler, Noll and Vo): finds accidental damage; the store guards against anything else.
    private static func check(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}

extension LayerStatistics {
    /// What was seen on several ranges of images together; nil if there is none.
    ///
    /// - Parameter parts: Encoded, in the order of the images.
    package static func merged(decoding parts: some Collection<Data>) throws -> LayerStatistics? {
        guard let first = parts.first else { return nil }
        return try parts.dropFirst().reduce(into: LayerStatistics(decoding: first)) { merged, part in
            try merged.merge(LayerStatistics(decoding: part))
        }
    }
}
