internal import Checksum
internal import Foundation

/// A data set on disk, or the built-in one: what it holds and how to read it. The images are read when asked for.
///
/// For example:
///
///     let dataset = try Dataset.open(at: "data/cifar10")
///     let images = try dataset.images(of: .test)
///     print(dataset.classes[Int(images.labels[0])])
package struct Dataset: Hashable, Codable, Sendable {
    /// The path that stands for the built-in digits.
    package static let builtInPath = "built-in"

    /// How it lies on disk.
    package let format: DatasetFormat
    /// Absolute, or ``builtInPath``.
    package let path: String
    /// Shape of every image.
    package let shape: TensorShape
    /// Names of the classes, by label.
    package let classes: [String]
    /// Images in the training part: calibration and validation together.
    package let trainingCount: Int
    /// Images in the test part.
    package let testCount: Int
    /// SHA-256 over the files' names, sizes and bytes, in a fixed order.
    package let fingerprint: String

    /// Inspects the data set at `path`: headers, sizes, labels where they lie apart, and one pass for the fingerprint.
    ///
    /// Pixels are not unpacked, so a file damaged inside is noticed when its images are read.
    ///
    /// - Parameters:
    ///   - path: A directory, an `.npz` file, or ``builtInPath``.
    ///   - format: How it lies on disk; found out from the files' names where nil.
    /// - Throws: ``DataError``
    package static func open(at path: String, format: DatasetFormat? = nil) throws(DataError) -> Dataset {
        let builtIn = format == .digits || (format == nil && path == builtInPath)
        let absolute = builtIn ? builtInPath : URL(fileURLWithPath: path).standardizedFileURL.path
        let source = try source(at: absolute, format: builtIn ? .digits : format)
        for part in Part.allCases where source.count(of: part) == 0 {
            throw .noImages(path: "\(absolute) (\(part.rawValue))")
        }
        return Dataset(
            format: source.format,
            path: absolute,
            shape: source.shape,
            classes: source.classes,
            trainingCount: source.count(of: .training),
            testCount: source.count(of: .test),
            fingerprint: builtIn ? RenderedDigits.fingerprint : try fingerprint(of: source.files)
        )
    }

    /// Number of images in `split`.
    package func count(of split: Split) -> Int {
        split.location(trainingCount: trainingCount, testCount: testCount).range.count
    }

    /// Reads the images of `split`, on all cores where there are several files; the calling thread waits.
    ///
    /// - Throws: ``DataError``, also where the split has no images or the data set no longer is what was opened.
    package func images(of split: Split) throws(DataError) -> ImageSet {
        let location = split.location(trainingCount: trainingCount, testCount: testCount)
        guard !location.range.isEmpty else { throw .noImages(path: "\(path) (\(split.rawValue))") }
        return try images(location.part, location.range)
    }

    /// Reads the images of `range` within one part of the files; all of it where `range` is nil.
    ///
    /// - Throws: ``DataError``, also where the data set no longer is what was opened.
    package func images(_ part: Part, _ range: Range<Int>? = nil) throws(DataError) -> ImageSet {
        let count = part == .training ? trainingCount : testCount
        let range = range ?? 0..<count
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "images \(range) of \(count)")
        let source = try Self.source(at: path, format: format)
        guard source.shape == shape, source.count(of: part) == count, source.classes == classes else {
            throw .changed(path: path)
        }
        return try source.images(part, range)
    }

    /// Checks that the files still are what was opened, by their fingerprint.
    ///
    /// - Throws: ``DataError/changed(path:)`` where they are not.
    package func verify() throws(DataError) {
        guard try Self.open(at: path, format: format) == self else { throw .changed(path: path) }
    }

    private static func source(at path: String, format: DatasetFormat?) throws(DataError) -> any ImageSource {
        let known: DatasetFormat
        if let format { known = format } else { known = try DatasetFormat(detectedAt: path) }
        return switch known {
        case .cifarBinary: try CIFARDirectory(path)
        case .idx: try IdxDirectory(path)
        case .npz: try NpzDataset(path)
        case .imageFolders: try ImageFolders(path)
        case .digits: RenderedDigits.standard
        }
    }

    private static func fingerprint(of files: [(name: String, path: String)]) throws(DataError) -> String {
        let hash = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { buffer.deallocate() }
        for (name, path) in files {
            let file = try InputFile(path)
            Array("\(name)\n\(file.size)\n".utf8).withUnsafeBytes { hash.update($0) }
            var offset = 0
            while offset < file.size {
                let count = try file.read(at: offset, into: buffer)
                guard count > 0 else { throw .truncated(path: path, bytes: offset, expected: file.size) }
                hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                offset += count
            }
        }
        return hash.finish()
    }
}

extension DatasetFormat {
    /// The format that the names at `path` speak for.
    ///
    /// - Throws: ``DataError/unknownLayout(path:found:)`` where none does.
    init(detectedAt path: String) throws(DataError) {
        guard Directory.exists(at: path) else {
            let file = try InputFile(path)
            guard file.path.hasSuffix(".npz") else { throw .unknownLayout(path: path, found: ["one file"]) }
            self = .npz
            return
        }
        let directory = try Directory(path)
        let names = directory.names
        if names.contains(where: { Directory.plain($0).hasSuffix(".bin") }) {
            self = .cifarBinary
        } else if names.contains(where: { $0.contains("idx3-ubyte") }) {
            self = .idx
        } else if names.contains(where: { $0.hasSuffix(".npz") }) {
            self = .npz
        } else if Part.allCases.contains(where: { Directory.exists(at: directory.path(of: $0.folder)) }) {
            self = .imageFolders
        } else {
            throw .unknownLayout(path: path, found: names)
        }
    }
}
