/// A directory of the four MNIST files in idx format, plain or `.gz`: ten classes of grey images.
///
/// Any name with `idx3-ubyte` holds images and any with `idx1-ubyte` labels; `train` in it makes it the training part,
/// `t10k` or `test` the test part. So both `train-images-idx3-ubyte` and `train-images.idx3-ubyte` are found, and the
/// files of data sets that copy MNIST's format.
struct IdxDirectory: ImageSource {
    let format = DatasetFormat.idx
    let shape: TensorShape
    let classes = (0..<10).map(String.init)
    private let images: [Part: IdxFile]
    private let labels: [Part: [UInt8]]
    let files: [(name: String, path: String)]

    /// Reads the headers of the images and all labels.
    ///
    /// - Throws: ``DataError``
    init(_ path: String) throws(DataError) {
        let directory = try Directory(path)
        var images: [Part: IdxFile] = [:]
        var labels: [Part: [UInt8]] = [:]
        var files: [(name: String, path: String)] = []
        for part in Part.allCases {
            let imageName = try Self.name(of: "idx3-ubyte", "images", part, in: directory)
            let labelName = try Self.name(of: "idx1-ubyte", "labels", part, in: directory)
            files += [imageName, labelName].map { ($0, directory.path(of: $0)) }
            let imageFile = try IdxFile(directory.path(of: imageName), rank: 3)
            let partLabels = try Self.labels(in: directory.path(of: labelName), classes: classes.count)
            guard imageFile.count == partLabels.count else {
                throw .countMismatch(path: imageFile.path, images: imageFile.count, labels: partLabels.count)
            }
            guard imageFile.count == 0 || imageFile.extents[1] * imageFile.extents[2] > 0 else {
                throw .wrongShape(path: imageFile.path, shape: imageFile.extents, expected: "images of at least 1x1")
            }
            images[part] = imageFile
            labels[part] = partLabels
        }
        let shapes = Part.allCases.map { part in
            let extents = images[part]?.extents ?? [0, 0, 0]
            return TensorShape(channels: 1, height: extents[1], width: extents[2])
        }
        guard shapes[0] == shapes[1] else { throw .mixedShapes(path: path, training: shapes[0], test: shapes[1]) }
        self.shape = shapes[0]
        self.images = images
        self.labels = labels
        self.files = files
    }

    func count(of part: Part) -> Int { images[part]?.count ?? 0 }

    func images(_ part: Part, _ range: Range<Int>) throws(DataError) -> ImageSet {
        guard let file = images[part], let partLabels = labels[part] else {
            preconditionFailure("both parts are read in init")
        }
        return try .bytes(shape: shape, count: range.count) { slots throws(DataError) in
            try file.forEachItem { index, pixels throws(DataError) in
                guard range.contains(index) else { return }
                let place = index - range.lowerBound
                UnsafeMutableRawBufferPointer(slots[place]).copyMemory(from: pixels)
                slots.labels[place] = Int32(partLabels[index])
            }
        }
    }

    private static func name(
        of kind: String, _ role: String, _ part: Part, in directory: Directory
    ) throws(DataError) -> String {
        let found = directory.names { name in
            guard name.contains(kind) else { return false }
            return part == .training ? name.contains("train") : name.contains("t10k") || name.contains("test")
        }
        guard let name = found.first else {
            let prefix = part == .training ? "train" : "t10k"
            throw .missingFile(directory: directory.path, expected: "\(prefix)-\(role)-\(kind) (or .gz)")
        }
        guard found.count == 1 else {
            throw .ambiguousFiles(directory: directory.path, role: "\(part.rawValue) \(role)", names: found)
        }
        return name
    }

    private static func labels(in path: String, classes: Int) throws(DataError) -> [UInt8] {
        let file = try IdxFile(path, rank: 1)
        var labels: [UInt8] = []
        labels.reserveCapacity(file.count)
        try file.forEachItem { index, bytes throws(DataError) in
            guard bytes[0] < classes else {
                throw .labelOutOfRange(path: path, record: index, value: Int(bytes[0]), classes: classes)
            }
            labels.append(bytes[0])
        }
        return labels
    }
}
