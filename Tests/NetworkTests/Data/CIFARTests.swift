import Foundation
import Network
import Testing

@Suite struct CIFARTests {
    private let shape = TensorShape(channels: 3, height: 32, width: 32)

    /// One record of the plain format.
    private func record(label: UInt8, value: UInt8 = 9) -> [UInt8] {
        [label] + [UInt8](repeating: value, count: 3_072)
    }

    @Test func packedFilesAreReadInTheOrderOfTheirNames() throws {
        let dataset = try Dataset.open(at: DataFixtures.path("cifar10"))
        #expect(dataset.format == .cifarBinary)
        #expect(dataset.shape == shape)
        #expect(dataset.trainingCount == 7)
        #expect(dataset.testCount == 2)
        #expect(dataset.classes.first == "airplane" && dataset.classes.last == "truck")
        let training = try dataset.images(.training)
        #expect(training.labels == [0, 1, 2, 3, 4, 5, 6])
        #expect(training.bytes == DataFixtures.pixels(count: 7, shape: shape))
        let test = try dataset.images(of: .test)
        #expect(test.labels == [7, 8])
        #expect(test.bytes == DataFixtures.pixels(count: 2, shape: shape, first: 7))
    }

    @Test(arguments: [0..<7, 0..<0, 2..<3, 2..<5, 3..<7, 6..<7])
    func rangeIsThatPartOfAll(_ range: Range<Int>) throws {
        let dataset = try Dataset.open(at: DataFixtures.path("cifar10"))
        let images = try dataset.images(.training, range)
        #expect(images.labels == range.map(Int32.init))
        #expect(images.bytes == DataFixtures.pixels(count: range.count, shape: shape, first: range.lowerBound))
    }

    @Test func officialNamesAreRead() throws {
        let scratch = try ScratchDirectory()
        for batch in 1...5 {
            try scratch.write(record(label: UInt8(batch), value: UInt8(batch)), to: "data_batch_\(batch).bin")
        }
        try scratch.write(record(label: 9), to: "test_batch.bin")
        try scratch.write(Array("airplane".utf8), to: "batches.meta.txt")
        let dataset = try Dataset.open(at: scratch.path)
        #expect(try dataset.images(.training).labels == [1, 2, 3, 4, 5])
        #expect(try dataset.images(of: .validation).bytes == [UInt8](repeating: 5, count: 3_072))
        #expect(try dataset.images(of: .test).labels == [9])
    }

    @Test func plainFileWinsOverItsPackedTwin() throws {
        let scratch = try ScratchDirectory(copying: "cifar10")
        try scratch.write(record(label: 5), to: "test.bin")
        #expect(try Dataset.open(at: scratch.path).images(of: .test).labels == [5])
    }

    @Test func hundredClassesAreToldByTheSizeOfTheRecord() throws {
        let dataset = try Dataset.open(at: DataFixtures.path("cifar100"))
        #expect(dataset.classes.count == 100)
        #expect(try dataset.images(.training).labels == [50, 51])
        #expect(try dataset.images(of: .test).bytes == DataFixtures.pixels(count: 1, shape: shape, first: 2 + 50))
    }

    @Test func labelOutOfRangeIsNamed() throws {
        let scratch = try ScratchDirectory(copying: "cifar10")
        try scratch.write(record(label: 3) + record(label: 10), to: "test.bin")
        let dataset = try Dataset.open(at: scratch.path)
        #expect(
            throws: DataError.labelOutOfRange(path: scratch.path(of: "test.bin"), record: 1, value: 10, classes: 10)
        ) { try dataset.images(of: .test) }
    }

    @Test func truncatedFileSaysWhatWasExpected() throws {
        let scratch = try ScratchDirectory(copying: "cifar10")
        try scratch.write(record(label: 3).dropLast(73), to: "test.bin")
        let error = DataError.notWholeRecords(path: scratch.path(of: "test.bin"), bytes: 3_000, record: 3_073)
        #expect(throws: error) { try Dataset.open(at: scratch.path) }
        #expect(error.description.contains("3073 expected"))
    }

    @Test func truncatedPackedFileIsRefused() throws {
        let scratch = try ScratchDirectory(copying: "cifar10")
        try scratch.write(Array(try scratch.bytes(of: "train-01.bin.gz").dropLast(300)), to: "train-01.bin.gz")
        #expect(
            throws: DataError.corruptGzip(
                path: scratch.path(of: "train-01.bin.gz"), reason: "it ends in the middle of the compressed data")
        ) { try Dataset.open(at: scratch.path).images(.training) }
    }

    @Test func flippedBitInPackedFileIsFound() throws {
        let scratch = try ScratchDirectory(copying: "cifar10")
        var bytes = try scratch.bytes(of: "train-01.bin.gz")
        bytes[bytes.count - 6] ^= 1
        try scratch.write(bytes, to: "train-01.bin.gz")
        let dataset = try Dataset.open(at: scratch.path)
        #expect(
            throws: DataError.corruptGzip(
                path: scratch.path(of: "train-01.bin.gz"), reason: "incorrect data check")
        ) { try dataset.images(.training) }
        #expect(try dataset.images(of: .test).count == 2, "the training files are not read for the test images")
    }

    @Test func fileThatIsNoGzipIsRefused() throws {
        let scratch = try ScratchDirectory(copying: "cifar10")
        try scratch.write(record(label: 1), to: "test.bin.gz")
        #expect(
            throws: DataError.corruptGzip(
                path: scratch.path(of: "test.bin.gz"), reason: "it does not begin as one")
        ) { try Dataset.open(at: scratch.path) }
    }

    @Test func partsMustBothBeThere() throws {
        let scratch = try ScratchDirectory(copying: "cifar10")
        try scratch.remove("test.bin.gz")
        #expect(
            throws: DataError.missingFile(
                directory: scratch.path, expected: "a test file, such as test_batch.bin")
        ) { try Dataset.open(at: scratch.path) }
        try scratch.write([], to: "test.bin")
        #expect(throws: DataError.noImages(path: "\(scratch.path) (test)")) { try Dataset.open(at: scratch.path) }
    }

    @Test(.enabled(if: DataFixtures.realData("cifar10") != nil))
    func realImagesHaveTheirKnownCounts() throws {
        let dataset = try Dataset.open(at: try #require(DataFixtures.realData("cifar10")))
        let training = try dataset.images(.training)
        #expect(training.count == 50_000)
        for label in 0..<10 { #expect(training.labels.count { $0 == label } == 5_000) }
        #expect(try dataset.images(of: .validation).labels == Array(training.labels.suffix(5_000)))
        #expect(dataset.count(of: .calibration) == 45_000)
        // Mean of the red channel of all training images, a well-known constant.
        let bytes = training.bytes
        var sum = 0
        for image in 0..<training.count {
            for pixel in image * 3_072..<image * 3_072 + 1_024 { sum += Int(bytes[pixel]) }
        }
        #expect(abs(Double(sum) / (255 * 1_024 * 50_000) - 0.4914) < 5e-5)
    }
}
