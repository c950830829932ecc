/// One array of an npz file.
struct NpyArray {
    let archive: ZipArchive
    let entry: ZipArchive.Entry
    let header: NpyHeader
    /// Bytes in one value.
    let width: Int

    /// The file and the array, for messages.
    var path: String { "\(archive.file.path) (\(entry.name))" }

    /// Finds the array `name` and reads its header.
    ///
    /// - Parameter types: NumPy's names of the types that are taken, with the bytes of one value.
    /// - Throws: ``DataError`` where it is missing, of another type, or not as long as its shape says.
    init(_ name: String, in archive: ZipArchive, types: KeyValuePairs<String, Int>) throws(DataError) {
        guard let entry = archive.entries.first(where: { $0.name == name + ".npy" || $0.name == name }) else {
            throw .missingArray(path: archive.file.path, name: name, found: archive.entries.map(\.name))
        }
        self.archive = archive
        self.entry = entry
        let path = "\(archive.file.path) (\(entry.name))"
        let header = try NpyHeader(try archive.stream(of: entry), path: path, of: entry.size)
        guard let width = types.first(where: { $0.key == header.type })?.value else {
            throw .unsupportedType(
                path: archive.file.path, array: name, type: header.type,
                supported: types.map(\.key).joined(separator: ", "))
        }
        guard let values = (header.shape + [width]).checkedProduct, values <= Int.max - header.size else {
            throw .wrongShape(path: path, shape: header.shape, expected: "extents that fit in the file")
        }
        let total = values + header.size
        guard entry.size >= total else { throw .truncated(path: path, bytes: entry.size, expected: total) }
        guard entry.size == total else { throw .tooLong(path: path, expected: total) }
        self.header = header
        self.width = width
    }

    /// Hands the bytes of each item along the first axis to `body`, from front to back.
    func forEachItem(_ body: (Int, UnsafeRawBufferPointer) throws(DataError) -> Void) throws(DataError) {
        let count = header.shape.first ?? 0
        // Without items the other extents may be anything, and their product with them.
        let itemSize = count > 0 ? header.shape.dropFirst().reduce(width, *) : 0
        let stream = try archive.stream(of: entry)
        _ = try NpyHeader(stream, path: path, of: entry.size)
        let item = UnsafeMutableRawBufferPointer.allocate(byteCount: itemSize, alignment: 64)
        defer { item.deallocate() }
        for index in 0..<count {
            try stream.fill(item, of: entry.size)
            try body(index, UnsafeRawBufferPointer(item))
        }
        try stream.expectEnd()
    }
}
