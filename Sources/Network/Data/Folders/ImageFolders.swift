/// `train/CLASS/*` and `test/CLASS/*` with PNG or JPEG files.
///
/// The classes are the folders of `train`, by name; images of a class are taken by name. Size and kind of colour are
/// those of the first image, and all others must agree.
struct ImageFolders: ImageSource {
    struct File: Sendable {
        var name: String
        var path: String
        var label: Int
    }

    let format = DatasetFormat.imageFolders
    let shape: TensorShape
    let classes: [String]
    private let parts: [Part: [File]]

    /// Lists the files and reads the headers of all images.
    ///
    /// - Throws: ``DataError`` where a class of `test` is unknown, or images do not agree.
    init(_ path: String) throws(DataError) {
        let directory = try Directory(path)
        let training = try Self.classFolders(of: .training, in: directory)
        let test = try Self.classFolders(of: .test, in: directory)
        classes = training
        if let stranger = test.first(where: { !training.contains($0) }) {
            throw .missingFile(directory: directory.path(of: "train"), expected: "the class \(stranger) that test has")
        }
        var parts: [Part: [File]] = [:]
        for part in Part.allCases {
            parts[part] = try Self.list(part, part == .training ? training : test, labels: training, in: directory)
        }
        self.parts = parts
        let all = Part.allCases.flatMap { parts[$0] ?? [] }
        guard let first = all.first, !(parts[.training] ?? []).isEmpty else {
            throw .noImages(path: directory.path(of: "train"))
        }
        let expected = try DecodedImage.shape(of: try InputFile(first.path).contents(), path: first.path)
        try forEachConcurrently(all.count) { index throws(DataError) in
            _ = try Self.contents(of: all[index].path, like: first.path, expected)
        }
        shape = expected
    }

    var files: [(name: String, path: String)] {
        Part.allCases.flatMap { parts[$0] ?? [] }.map { ($0.name, $0.path) }
    }

    func count(of part: Part) -> Int { parts[part]?.count ?? 0 }

    func images(_ part: Part, _ range: Range<Int>) throws(DataError) -> ImageSet {
        let wanted = Array((parts[part] ?? [])[range])
        return try .bytes(shape: shape, count: range.count) { slots throws(DataError) in
            try forEachConcurrently(wanted.count) { index throws(DataError) in
                let file = wanted[index]
                let bytes = try Self.contents(of: file.path, like: wanted[0].path, shape)
                try DecodedImage.decode(bytes, path: file.path, shape: shape, into: slots[index])
                slots.labels[index] = Int32(file.label)
            }
        }
    }

    /// The bytes of an image file that agrees with the first.
    private static func contents(
        of path: String, like first: String, _ expected: TensorShape
    ) throws(DataError) -> [UInt8] {
        let bytes = try InputFile(path).contents()
        let shape = try DecodedImage.shape(of: bytes, path: path)
        guard shape == expected else {
            throw .mixedImages(path: path, shape: shape, first: first, expected: expected)
        }
        return bytes
    }

    private static func classFolders(of part: Part, in directory: Directory) throws(DataError) -> [String] {
        let path = directory.path(of: part.folder)
        guard Directory.exists(at: path) else {
            throw .missingFile(directory: directory.path, expected: "the folder \(part.folder)")
        }
        let folder = try Directory(path)
        let classes = folder.names.filter { Directory.exists(at: folder.path(of: $0)) }
        guard !classes.isEmpty else { throw .missingFile(directory: path, expected: "a folder for each class") }
        return classes
    }

    private static func list(
        _ part: Part, _ folders: [String], labels: [String], in directory: Directory
    ) throws(DataError) -> [File] {
        var files: [File] = []
        for folder in folders {
            guard let label = labels.firstIndex(of: folder) else { continue }
            let name = "\(part.folder)/\(folder)"
            let entries = try Directory(directory.path(of: name))
            for image in entries.names where isImage(image) {
                files.append(File(name: "\(name)/\(image)", path: entries.path(of: image), label: label))
            }
        }
        return files
    }

    private static func isImage(_ name: String) -> Bool {
        let name = name.lowercased()
        return [".png", ".jpg", ".jpeg"].contains { name.hasSuffix($0) }
    }
}

extension Part {
    /// Name of the part's folder of image folders.
    var folder: String { self == .training ? "train" : "test" }
}
