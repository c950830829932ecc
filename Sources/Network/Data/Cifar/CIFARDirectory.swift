/// A directory of CIFAR binary files, plain or `.gz`.
///
/// Names with `test` in them are the test part, the others the training part, in the order of their names. A record is
/// one label byte (CIFAR-10) or a coarse and a fine label byte (CIFAR-100, of which the fine one counts), then
/// 32 x 32 red, green and blue bytes.
///
/// Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009, binary version.
struct CIFARDirectory: ImageSource {
    struct File: Sendable {
        var name: String
        var path: String
        var records: Int
    }

    let format = DatasetFormat.cifarBinary
    let shape = TensorShape(channels: 3, height: 32, width: 32)
    let classes: [String]
    private let labelBytes: Int
    private let training: [File]
    private let test: [File]

    /// - Throws: ``DataError`` where a part is missing or a file's size is no whole number of records.
    init(_ path: String) throws(DataError) {
        let directory = try Directory(path)
        let names = directory.names { $0.hasSuffix(".bin") }
        guard !names.isEmpty else { throw .unknownLayout(path: path, found: directory.names) }
        var sizes: [(name: String, bytes: Int)] = []
        for name in names {
            sizes.append((name, try InputFile(directory.path(of: name)).unpackedSize()))
        }
        let pixels = shape.count
        let isHundred =
            sizes.contains { $0.bytes % (pixels + 1) != 0 } && sizes.allSatisfy { $0.bytes % (pixels + 2) == 0 }
        let record = pixels + (isHundred ? 2 : 1)
        labelBytes = isHundred ? 2 : 1
        classes = isHundred ? (0..<100).map(String.init) : Self.tenClasses
        var files: [File] = []
        for (name, bytes) in sizes {
            let path = directory.path(of: name)
            guard bytes % record == 0 else {
                throw .notWholeRecords(path: path, bytes: try InputFile(path).countUnpackedBytes(), record: record)
            }
            files.append(File(name: name, path: path, records: bytes / record))
        }
        training = files.filter { !$0.name.lowercased().contains("test") }
        test = files.filter { $0.name.lowercased().contains("test") }
        guard !training.isEmpty else {
            throw .missingFile(directory: path, expected: "training files, such as data_batch_1.bin")
        }
        guard !test.isEmpty else {
            throw .missingFile(directory: path, expected: "a test file, such as test_batch.bin")
        }
    }

    private static let tenClasses = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    var files: [(name: String, path: String)] { (training + test).map { ($0.name, $0.path) } }

    func count(of part: Part) -> Int { files(of: part).reduce(0) { $0 + $1.records } }

    private func files(of part: Part) -> [File] { part == .training ? training : test }

    /// Reads the files of `part` side by side, each straight into its place.
    func images(_ part: Part, _ range: Range<Int>) throws(DataError) -> ImageSet {
        var pieces: [(file: File, records: Range<Int>, first: Int)] = []
        var start = 0
        for file in files(of: part) {
            let wanted = range.clamped(to: start..<start + file.records)
            if !wanted.isEmpty {
                let records = wanted.lowerBound - start..<wanted.upperBound - start
                pieces.append((file, records, wanted.lowerBound - range.lowerBound))
            }
            start += file.records
        }
        return try .bytes(shape: shape, count: range.count) { slots throws(DataError) in
            try forEachConcurrently(pieces.count) { [pieces] index throws(DataError) in
                let (file, records, first) = pieces[index]
                try read(file, records, into: slots, at: first)
            }
        }
    }

    /// Reads the whole file, so that its checksum and labels are looked at, and keeps `records`.
    private func read(
        _ file: File, _ records: Range<Int>, into slots: ImageSlots<UInt8>, at first: Int
    ) throws(DataError) {
        let record = shape.count + labelBytes
        let total = file.records * record
        let stream = try ByteStream(try InputFile(file.path))
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * record, alignment: 64)
        defer { block.deallocate() }
        for start in stride(from: 0, to: file.records, by: 64) {
            let count = min(64, file.records - start)
            try stream.fill(UnsafeMutableRawBufferPointer(rebasing: block[..<(count * record)]), of: total)
            for index in 0..<count {
                let bytes = UnsafeRawBufferPointer(rebasing: block[index * record..<(index + 1) * record])
                let label = Int(bytes[labelBytes - 1])
                guard label < classes.count else {
                    throw .labelOutOfRange(
                        path: file.path, record: start + index, value: label, classes: classes.count)
                }
                guard records.contains(start + index) else { continue }
                let place = first + start + index - records.lowerBound
                slots.labels[place] = Int32(label)
                UnsafeMutableRawBufferPointer(slots[place]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[labelBytes...]))
            }
        }
        try stream.expectEnd()
    }
}
