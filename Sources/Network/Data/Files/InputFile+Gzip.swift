extension InputFile {
    /// Whether its name says that it is compressed.
    var isGzip: Bool { path.hasSuffix(".gz") }

    /// Bytes after unpacking, without unpacking: a gzip file's last four bytes say so.
    ///
    /// The figure is a claim until the stream was read to its end, but a bounded one: deflate can not expand a file
    /// by more than 1,032 times, and where the claim says so the file is unpacked to find out.
    ///
    /// - Throws: ``DataError/corruptGzip(path:reason:)`` where a `.gz` file does not begin as gzip.
    func unpackedSize() throws(DataError) -> Int {
        guard isGzip else { return size }
        guard size >= 20 else {
            throw .corruptGzip(path: path, reason: "\(size) bytes are too few for one")
        }
        let magic = try bytes(at: 0, count: 3)
        guard magic == [0x1f, 0x8b, 8] else { throw .corruptGzip(path: path, reason: "it does not begin as one") }
        let claim = try bytes(at: size - 4, count: 4).reversed().reduce(0) { $0 << 8 | Int($1) }
        return claim / 1_032 <= size ? claim : try countUnpackedBytes()
    }

    /// Bytes after unpacking, counted: for a claim that does not fit, so that the message tells what is really wrong.
    ///
    /// - Throws: ``DataError/corruptGzip(path:reason:)`` such as where the file was cut short.
    func countUnpackedBytes() throws(DataError) -> Int {
        let stream = try ByteStream(self)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { buffer.deallocate() }
        while try stream.read(into: buffer) > 0 {}
        return stream.position
    }
}
