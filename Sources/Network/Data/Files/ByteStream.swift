internal import CZlib
internal import Foundation

/// The bytes of a file from front to back, unpacked on the way where they are compressed.
///
/// Memory stays at one input buffer whatever the file's size. Use it from one thread at a time.
final class ByteStream {
    enum Encoding: Hashable, Sendable {
        case stored
        /// A bare deflate stream, as in zip archives.
        case deflate
        /// One gzip member; its checksum is compared at the end.
        case gzip
    }

    /// Unpacked bytes handed out so far.
    private(set) var position = 0
    private let file: InputFile
    private let encoding: Encoding
    private var offset: Int
    private let end: Int
    private let inflater: UnsafeMutablePointer<z_stream>?
    private let input: UnsafeMutableRawBufferPointer
    private var finished = false
    /// What the bytes should come to, and what those handed out so far do; nil where nobody has said.
    private var checksum: (expected: UInt, found: UInt)?

    /// A stream over `length` bytes of `file` from `offset` on.
    ///
    /// - Parameter checksum: CRC-32 of the unpacked bytes, compared at the end; nil where there is none, or gzip has its own.
    /// - Throws: ``DataError/truncated(path:bytes:expected:)`` where the file is shorter.
    init(
        _ file: InputFile, at offset: Int, length: Int, encoding: Encoding, checksum: UInt32? = nil
    ) throws(DataError) {
        guard offset >= 0, length >= 0, offset <= file.size, length <= file.size - offset else {
            throw .truncated(
                path: file.path, bytes: file.size, expected: offset.addingReportingOverflow(length).partialValue)
        }
        var inflater: UnsafeMutablePointer<z_stream>?
        if encoding != .stored {
            // On the heap: zlib's state points back at the structure, so it must not move.
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            stream.initialize(to: z_stream())
            let windowBits = MAX_WBITS
            let code = inflateInit2_(
                stream, encoding == .gzip ? windowBits + 16 : -windowBits, zlibVersion(),
                Int32(MemoryLayout<z_stream>.size))
            guard code == Z_OK else {
                stream.deallocate()
                throw .readFailed(path: file.path, reason: "zlib could not start (code \(code))")
            }
            inflater = stream
        }
        self.file = file
        self.checksum = checksum.map { (UInt($0), crc32(0, nil, 0)) }
        self.encoding = encoding
        self.offset = offset
        self.end = offset + length
        self.inflater = inflater
        self.input = .allocate(byteCount: encoding == .stored ? 0 : 1 << 18, alignment: 64)
    }

    /// A stream over all of `file`: gzip where its name ends in `.gz`, else plain.
    convenience init(_ file: InputFile) throws(DataError) {
        try self.init(file, at: 0, length: file.size, encoding: file.isGzip ? .gzip : .stored)
    }

    deinit {
        if let inflater {
            inflateEnd(inflater)
            inflater.deallocate()
        }
        input.deallocate()
    }

    /// Fills `buffer`.
    ///
    /// - Returns: The bytes written: fewer than asked for only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        let count = try encoding == .stored ? copy(into: buffer) : inflate(into: buffer)
        position += count
        if let checksum, count > 0 {
            let found = crc32_z(checksum.found, buffer.bindMemory(to: UInt8.self).baseAddress, count)
            self.checksum = (checksum.expected, found)
        }
        return count
    }

    /// Fills all of `buffer`.
    ///
    /// - Parameter total: The bytes that the whole stream should hold, for the message.
    /// - Throws: ``DataError/truncated(path:bytes:expected:)`` where the stream ends before.
    func fill(_ buffer: UnsafeMutableRawBufferPointer, of total: Int) throws(DataError) {
        guard try read(into: buffer) == buffer.count else {
            throw .truncated(path: file.path, bytes: position, expected: total)
        }
    }

    /// Checks that the stream ends here, and its checksum where it has one.
    func expectEnd() throws(DataError) {
        let expected = position
        let extra = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
        defer { extra.deallocate() }
        guard try read(into: extra) == 0 else { throw .tooLong(path: file.path, expected: expected) }
        if let checksum, checksum.found != checksum.expected { throw corrupt("its checksum is wrong") }
    }

    private func copy(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        let wanted = min(buffer.count, end - offset)
        let count = try file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
        offset += count
        return count
    }

    private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        guard let inflater, let base = buffer.bindMemory(to: UInt8.self).baseAddress else { return 0 }
        var written = 0
        while written < buffer.count, !finished {
            if inflater.pointee.avail_in == 0 { try refill(inflater) }
            let room = min(buffer.count - written, 1 << 30)
            inflater.pointee.next_out = base + written
            inflater.pointee.avail_out = UInt32(room)
            let code = CZlib.inflate(inflater, Z_NO_FLUSH)
            written += room - Int(inflater.pointee.avail_out)
            switch code {
            case Z_OK: continue
            case Z_STREAM_END: try finish(inflater)
            case Z_BUF_ERROR where inflater.pointee.avail_in == 0 && offset >= end:
                throw corrupt("it ends in the middle of the compressed data")
            default: throw corrupt(inflater.pointee.msg.map { String(cString: $0) } ?? "zlib code \(code)")
            }
        }
        return written
    }

    private func refill(_ inflater: UnsafeMutablePointer<z_stream>) throws(DataError) {
        let wanted = min(input.count, end - offset)
        let count = try file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: input[..<wanted]))
        offset += count
        inflater.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress
        inflater.pointee.avail_in = UInt32(count)
    }

    private func finish(_ inflater: UnsafeMutablePointer<z_stream>) throws(DataError) {
        finished = true
        guard inflater.pointee.avail_in == 0, offset >= end else {
            throw corrupt("more bytes follow the end of the compressed data")
        }
    }

    private func corrupt(_ reason: String) -> DataError {
        encoding == .gzip
            ? .corruptGzip(path: file.path, reason: reason) : .corruptArchive(path: file.path, reason: reason)
    }
}
