/// The entries of a zip file, found through its central directory.
///
/// Stored and deflated entries; no encryption, no archive of several volumes, nothing of zip64 (over 4 GiB).
///
/// Source: PKWARE, "APPNOTE.TXT - .ZIP file format specification", 4.3.
struct ZipArchive {
    struct Entry {
        let name: String
        let encoding: ByteStream.Encoding
        let packedSize: Int
        let size: Int
        /// CRC-32 of the unpacked bytes.
        let checksum: UInt32
        fileprivate let headerOffset: Int
    }

    let file: InputFile
    let entries: [Entry]

    /// - Throws: ``DataError/corruptArchive(path:reason:)`` where the structure does not hold together.
    init(_ path: String) throws(DataError) {
        file = try InputFile(path)
        let directory = try Self.directory(of: file)
        let bytes = LittleEndianBytes(try file.bytes(at: directory.offset, count: directory.size))
        var entries: [Entry] = []
        var offset = 0
        for _ in 0..<directory.count {
            guard bytes.uint32(at: offset) == 0x0201_4b50, let nameLength = bytes.uint16(at: offset + 28),
                let extraLength = bytes.uint16(at: offset + 30), let commentLength = bytes.uint16(at: offset + 32),
                let name = bytes.string(at: offset + 46, count: nameLength)
            else { throw .corruptArchive(path: path, reason: "its central directory is cut short") }
            entries.append(try Self.entry(bytes, offset, name, path))
            offset += 46 + nameLength + extraLength + commentLength
        }
        self.entries = entries
    }

    /// The unpacked bytes of `entry`.
    ///
    /// - Throws: ``DataError/corruptArchive(path:reason:)`` where its local header is not where it should be.
    func stream(of entry: Entry) throws(DataError) -> ByteStream {
        guard entry.headerOffset <= file.size - 30 else {
            throw .corruptArchive(path: file.path, reason: "\(entry.name) lies beyond its end")
        }
        let header = LittleEndianBytes(try file.bytes(at: entry.headerOffset, count: 30))
        guard header.uint32(at: 0) == 0x0403_4b50, let nameLength = header.uint16(at: 26),
            let extraLength = header.uint16(at: 28)
        else { throw .corruptArchive(path: file.path, reason: "\(entry.name) has no local header") }
        return try ByteStream(
            file, at: entry.headerOffset + 30 + nameLength + extraLength, length: entry.packedSize,
            encoding: entry.encoding, checksum: entry.checksum)
    }

    private static func entry(
        _ bytes: LittleEndianBytes, _ offset: Int, _ name: String, _ path: String
    ) throws(DataError) -> Entry {
        guard let flags = bytes.uint16(at: offset + 8), let method = bytes.uint16(at: offset + 10),
            let packedSize = bytes.uint32(at: offset + 20), let size = bytes.uint32(at: offset + 24),
            let checksum = bytes.uint32(at: offset + 16), let headerOffset = bytes.uint32(at: offset + 42)
        else { throw .corruptArchive(path: path, reason: "its central directory is cut short") }
        guard flags & 1 == 0 else { throw .corruptArchive(path: path, reason: "\(name) is encrypted") }
        guard packedSize != .max, size != .max, headerOffset != .max else {
            throw .corruptArchive(path: path, reason: "\(name) needs zip64, which is not read (over 4 GiB)")
        }
        let encoding: ByteStream.Encoding
        switch method {
        case 0: encoding = .stored
        case 8: encoding = .deflate
        default: throw .corruptArchive(path: path, reason: "\(name) is packed by method \(method), not by deflate")
        }
        guard encoding == .deflate ? size / 1_032 <= packedSize : size == packedSize else {
            throw .corruptArchive(path: path, reason: "\(name) claims \(size) bytes from \(packedSize)")
        }
        return Entry(
            name: name, encoding: encoding, packedSize: Int(packedSize), size: Int(size), checksum: checksum,
            headerOffset: Int(headerOffset))
    }

    /// Finds the record at the end of the file, which may be followed by a comment of up to 64 KiB.
    private static func directory(of file: InputFile) throws(DataError) -> (offset: Int, size: Int, count: Int) {
        let start = max(0, file.size - 22 - 0xffff)
        let tail = LittleEndianBytes(try file.bytes(at: start, count: file.size - start))
        for offset in stride(from: tail.count - 22, through: 0, by: -1) where tail.uint32(at: offset) == 0x0605_4b50 {
            guard let count = tail.uint16(at: offset + 10), let size = tail.uint32(at: offset + 12),
                let position = tail.uint32(at: offset + 16)
            else { break }
            guard position != .max, count != 0xffff else {
                throw .corruptArchive(path: file.path, reason: "it needs zip64, which is not read (over 4 GiB)")
            }
            guard Int(position) + Int(size) <= file.size else {
                throw .corruptArchive(path: file.path, reason: "its central directory lies beyond its end")
            }
            return (Int(position), Int(size), count)
        }
        throw .corruptArchive(path: file.path, reason: "it has no zip directory at its end (cut short?)")
    }
}
