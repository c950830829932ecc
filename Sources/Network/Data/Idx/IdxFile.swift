/// One idx file of unsigned bytes, plain or `.gz`: a magic number, big-endian extents, then the values.
///
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", file formats.
struct IdxFile {
    let path: String
    /// Items, then the extents of one.
    let extents: [Int]
    private let total: Int

    /// Reads the header of the file at `path` and holds it against the file's size.
    ///
    /// - Parameter rank: Number of extents expected: 3 for images, 1 for labels.
    /// - Throws: ``DataError`` where the magic number, an extent or the size is not as expected.
    init(_ path: String, rank: Int) throws(DataError) {
        let file = try InputFile(path)
        let size = try file.unpackedSize()
        let headerSize = 4 + 4 * rank
        guard size >= headerSize else { throw .truncated(path: path, bytes: size, expected: headerSize) }
        let header = try Self.read(headerSize, from: try ByteStream(file), of: headerSize)
        let words = stride(from: 0, to: headerSize, by: 4).map { start in
            header[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        // Two zero bytes, 8 for unsigned bytes, and the rank.
        let magic = 0x0800 | UInt32(rank)
        guard words[0] == magic else { throw .wrongMagic(path: path, found: words[0], expected: magic) }
        let extents = words.dropFirst().map(Int.init)
        guard let values = extents.checkedProduct, values <= Int.max - headerSize else {
            throw .wrongShape(path: path, shape: extents, expected: "extents that fit in the file")
        }
        let total = values + headerSize
        guard size == total else {
            let bytes = try file.countUnpackedBytes()
            throw bytes < total
                ? .truncated(path: path, bytes: bytes, expected: total) : .tooLong(path: path, expected: total)
        }
        self.path = path
        self.extents = extents
        self.total = total
    }

    /// Items in the file.
    var count: Int { extents[0] }

    /// Hands each item's bytes to `body`, from front to back, and checks that the file ends after them.
    func forEachItem(_ body: (Int, UnsafeRawBufferPointer) throws(DataError) -> Void) throws(DataError) {
        // Without items the other extents may be anything, and their product with them.
        let itemSize = count > 0 ? extents.dropFirst().reduce(1, *) : 0
        let stream = try ByteStream(try InputFile(path))
        _ = try Self.read(total - count * itemSize, from: stream, of: total)
        let item = UnsafeMutableRawBufferPointer.allocate(byteCount: itemSize, alignment: 64)
        defer { item.deallocate() }
        for index in 0..<count {
            try stream.fill(item, of: total)
            try body(index, UnsafeRawBufferPointer(item))
        }
        try stream.expectEnd()
    }

    private static func read(_ count: Int, from stream: ByteStream, of total: Int) throws(DataError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        try stream.fill(buffer, of: total)
        return Array(buffer)
    }
}

extension Collection<Int> {
    /// The product of numbers that a file claims; nil where it overflows or one is negative.
    var checkedProduct: Int? {
        var product = 1
        for factor in self {
            let (partial, overflow) = product.multipliedReportingOverflow(by: factor)
            guard !overflow, factor >= 0 else { return nil }
            product = partial
        }
        return product
    }
}
