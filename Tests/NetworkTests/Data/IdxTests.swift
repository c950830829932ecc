import Foundation
import Network
import Testing

@Suite struct IdxTests {
    private let shape = TensorShape(channels: 1, height: 5, width: 4)

    private func images(_ count: UInt8, magic: UInt8 = 3, pixels: Int? = nil) -> [UInt8] {
        [0, 0, 8, magic, 0, 0, 0, count, 0, 0, 0, 5, 0, 0, 0, 4]
            + [UInt8](repeating: 1, count: pixels ?? Int(count) * 20)
    }

    private func labels(_ labels: [UInt8]) -> [UInt8] {
        [0, 0, 8, 1, 0, 0, 0, UInt8(labels.count)] + labels
    }

    @Test func packedFilesAreRead() throws {
        let dataset = try Dataset.open(at: DataFixtures.path("idx"))
        #expect(dataset.format == .idx)
        #expect(dataset.shape == shape)
        #expect(dataset.classes == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])
        let training = try dataset.images(.training)
        #expect(training.labels == [0, 1, 2, 3, 4, 5])
        #expect(training.bytes == DataFixtures.pixels(count: 6, shape: shape))
        #expect(try dataset.images(of: .validation).bytes == DataFixtures.pixels(count: 1, shape: shape, first: 5))
        #expect(try dataset.images(of: .test).bytes == DataFixtures.pixels(count: 2, shape: shape, first: 6))
    }

    @Test func plainFilesWithDotsInTheirNamesAreRead() throws {
        let scratch = try ScratchDirectory()
        for prefix in ["train", "t10k"] {
            try scratch.write(images(2), to: "\(prefix)-images.idx3-ubyte")
            try scratch.write(labels([4, 9]), to: "\(prefix)-labels.idx1-ubyte")
        }
        let dataset = try Dataset.open(at: scratch.path)
        #expect(try dataset.images(of: .test).labels == [4, 9])
    }

    @Test func damageIsNamed() throws {
        let scratch = try ScratchDirectory()
        for prefix in ["train", "t10k"] {
            try scratch.write(images(2), to: "\(prefix)-images-idx3-ubyte")
            try scratch.write(labels([4, 9]), to: "\(prefix)-labels-idx1-ubyte")
        }
        let path = scratch.path(of: "t10k-images-idx3-ubyte")
        try scratch.write(images(2, pixels: 30), to: "t10k-images-idx3-ubyte")
        #expect(throws: DataError.truncated(path: path, bytes: 46, expected: 56)) {
            try Dataset.open(at: scratch.path)
        }
        try scratch.write(images(2, pixels: 41), to: "t10k-images-idx3-ubyte")
        #expect(throws: DataError.tooLong(path: path, expected: 56)) { try Dataset.open(at: scratch.path) }
        try scratch.write(images(2, magic: 4), to: "t10k-images-idx3-ubyte")
        #expect(throws: DataError.wrongMagic(path: path, found: 0x804, expected: 0x803)) {
            try Dataset.open(at: scratch.path)
        }
        try scratch.write(images(3), to: "t10k-images-idx3-ubyte")
        #expect(throws: DataError.countMismatch(path: path, images: 3, labels: 2)) {
            try Dataset.open(at: scratch.path)
        }
        try scratch.write(images(0), to: "t10k-images-idx3-ubyte")
        try scratch.write(labels([]), to: "t10k-labels-idx1-ubyte")
        #expect(throws: DataError.noImages(path: "\(scratch.path) (test)")) { try Dataset.open(at: scratch.path) }
        try scratch.write(images(1), to: "t10k-images-idx3-ubyte")
        try scratch.write(labels([10]), to: "t10k-labels-idx1-ubyte")
        let labelPath = scratch.path(of: "t10k-labels-idx1-ubyte")
        #expect(throws: DataError.labelOutOfRange(path: labelPath, record: 0, value: 10, classes: 10)) {
            try Dataset.open(at: scratch.path)
        }
        try scratch.write([0, 0, 8], to: "t10k-images-idx3-ubyte")
        #expect(throws: DataError.truncated(path: path, bytes: 3, expected: 16)) {
            try Dataset.open(at: scratch.path)
        }
    }

    @Test func extentsThatOverflowAreRefused() throws {
        let scratch = try ScratchDirectory(copying: "idx")
        try scratch.write([0, 0, 8, 3] + [UInt8](repeating: 0xff, count: 12), to: "t10k-images-idx3-ubyte")
        #expect(throws: DataError.self) { try Dataset.open(at: scratch.path) }
        try scratch.write([0, 0, 8, 3, 0, 0, 0, 0] + [UInt8](repeating: 0xff, count: 8), to: "t10k-images-idx3-ubyte")
        #expect(throws: DataError.self) { try Dataset.open(at: scratch.path) }
    }

    @Test func missingAndAmbiguousFilesAreNamed() throws {
        let scratch = try ScratchDirectory(copying: "idx")
        try scratch.write(labels([1, 2]), to: "test-labels.idx1-ubyte")
        #expect(
            throws: DataError.ambiguousFiles(
                directory: scratch.path, role: "test labels",
                names: ["t10k-labels-idx1-ubyte.gz", "test-labels.idx1-ubyte"])
        ) { try Dataset.open(at: scratch.path) }
        try scratch.remove("test-labels.idx1-ubyte")
        try scratch.remove("t10k-labels-idx1-ubyte.gz")
        #expect(
            throws: DataError.missingFile(
                directory: scratch.path, expected: "t10k-labels-idx1-ubyte (or .gz)")
        ) { try Dataset.open(at: scratch.path) }
    }

    @Test(.enabled(if: DataFixtures.realData("mnist") != nil))
    func realDigitsHaveTheirKnownCounts() throws {
        let dataset = try Dataset.open(at: try #require(DataFixtures.realData("mnist")))
        let training = try dataset.images(.training)
        let counts = (0..<10).map { label in training.labels.count { $0 == label } }
        #expect(counts == [5_923, 6_742, 5_958, 6_131, 5_842, 5_421, 5_918, 6_265, 5_851, 5_949])
        #expect(try dataset.images(of: .test).count == 10_000)
    }
}
