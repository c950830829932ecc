/// Why data could not be read, fetched or prepared. Each case carries what a reader needs to mend it.
package enum DataError: Error, Equatable, Sendable {
    // Files and directories.
    case notFound(path: String)
    case notPermitted(path: String)
    case notAFile(path: String)
    case readFailed(path: String, reason: String)
    case writeFailed(path: String, reason: String)
    case notWritable(path: String)
    /// There is no place for a file or directory of that name.
    case cannotMake(path: String, reason: String)
    case emptyDirectory(path: String)
    case unknownLayout(path: String, found: [String])
    case missingFile(directory: String, expected: String)
    case ambiguousFiles(directory: String, role: String, names: [String])
    case changed(path: String)

    // What a file holds.
    case truncated(path: String, bytes: Int, expected: Int)
    case tooLong(path: String, expected: Int)
    case notWholeRecords(path: String, bytes: Int, record: Int)
    case corruptGzip(path: String, reason: String)
    case corruptArchive(path: String, reason: String)
    case wrongMagic(path: String, found: UInt32, expected: UInt32)
    case wrongShape(path: String, shape: [Int], expected: String)
    case noImages(path: String)
    case countMismatch(path: String, images: Int, labels: Int)
    case labelOutOfRange(path: String, record: Int, value: Int, classes: Int)
    case nonFinitePixel(path: String, image: Int)
    case missingArray(path: String, name: String, found: [String])
    case unsupportedType(path: String, array: String, type: String, supported: String)
    case unreadableImage(path: String, reason: String)
    case mixedImages(path: String, shape: TensorShape, first: String, expected: TensorShape)
    case mixedShapes(path: String, training: TensorShape, test: TensorShape)

    // Preprocessing.
    case notJSON(path: String, reason: String)
    case missingField(path: String, field: String)
    case invalidField(path: String, field: String, reason: String)
    case preprocessingChannels(field: String, count: Int, channels: Int)
    case invalidPreprocessing(field: String, value: Double, expected: String)

    // Fetching.
    case toolMissing(name: String)
    case fetchFailed(name: String, attempts: [String])
    case checksumMismatch(path: String, found: String, expected: String)
}
