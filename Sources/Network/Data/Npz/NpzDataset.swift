/// Images and labels as NumPy saves them: one archive with x_train, y_train, x_test and y_test, or `train.npz` and
/// `test.npz` each with x and y.
///
/// Images are uint8, float32 or float64, of shape N,H,W (grey), N,C,H,W or N,H,W,C. Of four axes the second is taken
/// for the channels where it is 1 or 3, else the last where that is. Labels are integers from 0; the largest training
/// label sets the number of classes.
struct NpzDataset: ImageSource {
    let format = DatasetFormat.npz
    let shape: TensorShape
    let classes: [String]
    let files: [(name: String, path: String)]
    private let images: [Part: NpzImages]
    private let labels: [Part: [Int32]]

    /// - Parameter path: An `.npz` file, or a directory.
    /// - Throws: ``DataError``
    init(_ path: String) throws(DataError) {
        let parts = try Self.arrays(at: path)
        let training = try NpzImages(parts.training.x)
        let test = try NpzImages(parts.test.x)
        guard training.shape == test.shape else {
            throw .mixedShapes(path: path, training: training.shape, test: test.shape)
        }
        let trainingLabels = try NpzLabels.read(parts.training.y, for: training, classes: nil)
        let classCount = Int(trainingLabels.max() ?? 0) + 1
        let testLabels = try NpzLabels.read(parts.test.y, for: test, classes: classCount)
        shape = training.shape
        classes = (0..<classCount).map(String.init)
        files = parts.files
        images = [.training: training, .test: test]
        labels = [.training: trainingLabels, .test: testLabels]
    }

    func count(of part: Part) -> Int { labels[part]?.count ?? 0 }

    func images(_ part: Part, _ range: Range<Int>) throws(DataError) -> ImageSet {
        guard let source = images[part], let partLabels = labels[part] else {
            preconditionFailure("both parts are read in init")
        }
        return try source.read(range, labels: partLabels)
    }

    private struct Arrays {
        var x: NpyArray
        var y: NpyArray
    }

    private static func arrays(
        at path: String
    ) throws(DataError) -> (training: Arrays, test: Arrays, files: [(name: String, path: String)]) {
        guard Directory.exists(at: path) else {
            let archive = try ZipArchive(path)
            let name = path.split(separator: "/").last.map(String.init) ?? path
            return (try arrays(in: archive, suffix: "_train"), try arrays(in: archive, suffix: "_test"), [(name, path)])
        }
        let directory = try Directory(path)
        let names = directory.names.filter { $0.hasSuffix(".npz") }
        guard names != ["train.npz", "test.npz"].sorted() else {
            let training = directory.path(of: "train.npz")
            let test = directory.path(of: "test.npz")
            return (
                try arrays(in: try ZipArchive(training), suffix: ""), try arrays(in: try ZipArchive(test), suffix: ""),
                [("train.npz", training), ("test.npz", test)]
            )
        }
        guard let name = names.first else {
            throw .missingFile(directory: path, expected: "one .npz file, or train.npz and test.npz")
        }
        guard names.count == 1 else { throw .ambiguousFiles(directory: path, role: "arrays", names: names) }
        guard name != "train.npz", name != "test.npz" else {
            throw .missingFile(directory: path, expected: name == "train.npz" ? "test.npz" : "train.npz")
        }
        return try arrays(at: directory.path(of: name))
    }

    private static func arrays(in archive: ZipArchive, suffix: String) throws(DataError) -> Arrays {
        Arrays(
            x: try NpyArray("x" + suffix, in: archive, types: NpzImages.types),
            y: try NpyArray("y" + suffix, in: archive, types: NpzLabels.types))
    }
}
