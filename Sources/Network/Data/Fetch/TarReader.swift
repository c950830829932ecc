/// The regular files of a tar archive, from front to back.
///
/// Source: POSIX.1-1988, ustar interchange format.
struct TarReader {
    private let stream: ByteStream
    private let path: String
    private let block = 512

    /// - Parameters:
    ///   - stream: The unpacked archive.
    ///   - path: For messages.
    init(_ stream: ByteStream, path: String) {
        self.stream = stream
        self.path = path
    }

    /// Calls `body` with the name of each regular file and a function that hands out its bytes piece by piece.
    ///
    /// What `body` leaves unread is skipped.
    func forEachFile(
        _ body: (_ name: String, _ pieces: Pieces) throws(DataError) -> Void
    ) throws(DataError) {
        let header = UnsafeMutableRawBufferPointer.allocate(byteCount: block, alignment: 8)
        defer { header.deallocate() }
        while try stream.read(into: header) == block {
            // An empty block ends the archive.
            guard header.contains(where: { $0 != 0 }) else { return }
            guard let size = Self.octal(header[124..<136]) else {
                throw .corruptArchive(path: path, reason: "a tar header claims no readable size")
            }
            let pieces = Pieces(stream: stream, path: path, remaining: size)
            if header[156] == UInt8(ascii: "0") || header[156] == 0 {
                let name = String(decoding: header[0..<100].prefix { $0 != 0 }, as: UTF8.self)
                try body(name, pieces)
            }
            pieces.remaining += (block - size % block) % block
            try pieces.forEach { _ in }
        }
        throw .corruptArchive(path: path, reason: "the tar archive has no end")
    }

    /// The unread bytes of one file.
    final class Pieces {
        fileprivate var remaining: Int
        private let stream: ByteStream
        private let path: String

        fileprivate init(stream: ByteStream, path: String, remaining: Int) {
            self.stream = stream
            self.path = path
            self.remaining = remaining
        }

        /// Hands the bytes to `body`, at most 256 KiB at a time.
        func forEach(_ body: (UnsafeRawBufferPointer) throws(DataError) -> Void) throws(DataError) {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
            defer { buffer.deallocate() }
            while remaining > 0 {
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(remaining, buffer.count)])
                guard try stream.read(into: piece) == piece.count else {
                    throw .corruptArchive(path: path, reason: "a file in it is cut short")
                }
                remaining -= piece.count
                try body(UnsafeRawBufferPointer(piece))
            }
        }
    }

    /// The number in a field of octal digits; nil where it is none or is over a terabyte.
    private static func octal(_ field: Slice<UnsafeMutableRawBufferPointer>) -> Int? {
        var value = 0
        for byte in field.drop(while: { $0 == UInt8(ascii: " ") }).prefix(while: { $0 != 0 && $0 != UInt8(ascii: " ") })
        {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte) else { return nil }
            value = value << 3 | Int(byte - UInt8(ascii: "0"))
            guard value < 1 << 40 else { return nil }
        }
        return value
    }
}
