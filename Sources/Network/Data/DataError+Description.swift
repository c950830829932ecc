extension DataError: CustomStringConvertible {
    /// One line: what is wrong, with which value, and what to do.
    ///
    /// Text that came from a file is cut to a reasonable length, and control characters are replaced.
    package var description: String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { Self.isControl($0) ? "\u{fffd}" : $0 }))
    }

    private var text: String {
        switch self {
        case .notFound(let path):
            "\(path) does not exist; give the path of a data set"
        case .notPermitted(let path):
            "\(path) may not be read by this user; change its permissions"
        case .notAFile(let path):
            "\(path) is not a regular file; remove it or give another path"
        case .readFailed(let path, let reason):
            "\(path) could not be read: \(reason)"
        case .writeFailed(let path, let reason):
            "\(path) could not be written: \(reason)"
        case .notWritable(let path):
            "\(path) may not be written by this user; change the permissions, or give another path"
        case .cannotMake(let path, let reason):
            "\(path) cannot be made: \(reason); give another path"
        case .emptyDirectory(let path):
            "\(path) is an empty directory; give one that holds a data set"
        case .unknownLayout(let path, let found):
            "\(path) holds no data set that is known (found \(Self.list(found))); "
                + "expected CIFAR *.bin, MNIST *-idx3-ubyte, *.npz, or train/ and test/ with a folder for each class"
        case .missingFile(let directory, let expected):
            "\(directory) lacks \(expected); add it"
        case .ambiguousFiles(let directory, let role, let names):
            "\(directory) holds \(names.count) files for the \(role) (\(Self.list(names))); leave one"
        case .changed(let path):
            "\(path) has changed since it was added; add it again under a new name"
        case .truncated(let path, let bytes, let expected):
            "\(path) ends after \(bytes) of \(expected) bytes; fetch it again"
        case .tooLong(let path, let expected):
            "\(path) goes on after the \(expected) bytes that it should hold; fetch it again"
        case .notWholeRecords(let path, let bytes, let record):
            "\(path) holds \(bytes) bytes, which is no whole number of \(record)-byte records "
                + "(\((bytes / record + 1) * record) expected); fetch it again"
        case .corruptGzip(let path, let reason):
            "\(path) is no intact gzip file: \(reason); fetch it again"
        case .corruptArchive(let path, let reason):
            "\(path) is no intact archive: \(Self.excerpt(reason)); make it again"
        case .wrongMagic(let path, let found, let expected):
            "\(path) begins with \(Self.hexadecimal(found)) where \(Self.hexadecimal(expected)) is expected; "
                + "give a file of that kind"
        case .wrongShape(let path, let shape, let expected):
            "\(path) has shape \(Self.shape(shape)); expected \(expected)"
        case .noImages(let path):
            "\(path) holds no images; give at least one"
        case .countMismatch(let path, let images, let labels):
            "\(path) has \(images) images but \(labels) labels; give one label for each image"
        case .labelOutOfRange(let path, let record, let value, let classes):
            "\(path): record \(record) has label \(value), outside 0...\(classes - 1); correct the label"
        case .nonFinitePixel(let path, let image):
            "\(path): image \(image) holds a value that is not finite; remove the image or mend it"
        case .missingArray(let path, let name, let found):
            "\(path) lacks the array \(name) (found \(Self.list(found))); save it under that name"
        case .unsupportedType(let path, let array, let type, let supported):
            "\(path): \(array) has the type \(Self.excerpt(type)); save it as \(supported)"
        case .unreadableImage(let path, let reason):
            "\(path) is no readable image: \(Self.excerpt(reason)); replace it"
        case .mixedImages(let path, let shape, let first, let expected):
            "\(path) is \(shape) where \(first) is \(expected); give all images one size and kind of colour"
        case .mixedShapes(let path, let training, let test):
            "\(path): training images are \(training) but test images are \(test); give both one shape"
        case .notJSON(let path, let reason):
            "\(path) is not JSON as expected: \(reason)"
        case .missingField(let path, let field):
            "\(path) lacks the field \(field); add it"
        case .invalidField(let path, let field, let reason):
            "\(path): the field \(field) \(reason)"
        case .preprocessingChannels(let field, let count, let channels):
            "preprocessing has \(count) values of \(field) for images of \(channels) channels; give \(channels)"
        case .invalidPreprocessing(let field, let value, let expected):
            "preprocessing has \(field) \(value); it must be \(expected)"
        case .toolMissing(let name):
            "the command \(name) was not found; install it (apt-get install \(name))"
        case .fetchFailed(let name, let attempts):
            "\(name) could not be fetched (\(attempts.joined(separator: "; "))); "
                + "check the network, or place the file yourself and give its directory"
        case .checksumMismatch(let path, let found, let expected):
            "\(path) has SHA-256 \(found) where \(expected) is expected; fetch it from another mirror"
        }
    }

    private static func list(_ names: [String]) -> String {
        let names = names.map(excerpt)
        return switch names.count {
        case 0: "nothing"
        case ...5: names.joined(separator: ", ")
        default: names.prefix(5).joined(separator: ", ") + " and \(names.count - 5) more"
        }
    }

    private static func excerpt(_ text: String) -> String {
        text.count <= 120 ? text : text.prefix(120) + "…"
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    private static func shape(_ extents: [Int]) -> String {
        "(" + extents.map(String.init).joined(separator: ", ") + ")"
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }
}
