import Foundation
import Network
import Testing

@Suite struct ImageFoldersTests {
    private let colour = TensorShape(channels: 3, height: 12, width: 10)

    @Test func colourImagesAreReadClassByClass() throws {
        let dataset = try Dataset.open(at: DataFixtures.path("folders"))
        #expect(dataset.format == .imageFolders)
        #expect(dataset.shape == colour)
        #expect(dataset.classes == ["cat", "dog"])
        let training = try dataset.images(.training)
        #expect(training.labels == [0, 0, 1, 1])
        #expect(training.bytes == DataFixtures.pixels(count: 4, shape: colour))
        let test = try dataset.images(of: .test)
        #expect(test.labels == [0, 1])
        #expect(test.bytes == DataFixtures.pixels(count: 2, shape: colour, first: 4))
    }

    @Test func greyImagesKeepOneChannel() throws {
        let dataset = try Dataset.open(at: DataFixtures.path("folders-grey"))
        let shape = TensorShape(channels: 1, height: 12, width: 10)
        #expect(dataset.shape == shape)
        #expect(try dataset.images(.training).bytes == DataFixtures.pixels(count: 2, shape: shape))
    }

    @Test func jpegIsDecodedAsPillowDoes() throws {
        let dataset = try Dataset.open(at: DataFixtures.path("folders-jpeg"))
        let shape = TensorShape(channels: 3, height: 16, width: 24)
        #expect(dataset.shape == shape)
        let decoded = try dataset.images(.training).bytes
        let interleaved = try DataFixtures.bytes("jpeg-pixels.bin")
        let plane = shape.height * shape.width
        for index in decoded.indices {
            let expected = interleaved[index % plane * 3 + index / plane]
            // Releases of the library round the colour conversion differently, by one step.
            #expect(abs(Int(decoded[index]) - Int(expected)) <= 1)
        }
    }

    @Test func paletteBecomesColourAndTransparencyBlack() throws {
        let dataset = try Dataset.open(at: DataFixtures.path("folders-kinds"))
        #expect(try dataset.images(.training).bytes == [255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(try dataset.images(of: .test).bytes == [UInt8](repeating: 0, count: 12))
    }

    @Test func imageOfAnotherSizeOrColourIsNamed() throws {
        for (name, shape) in [
            ("folders-kinds/train/a/palette.png", TensorShape(channels: 3, height: 2, width: 2)),
            ("folders-grey/train/x/a.png", TensorShape(channels: 1, height: 12, width: 10)),
        ] {
            let scratch = try ScratchDirectory(copying: "folders")
            try scratch.write(try DataFixtures.bytes(name), to: "test/dog/z.png")
            #expect(
                throws: DataError.mixedImages(
                    path: scratch.path(of: "test/dog/z.png"), shape: shape,
                    first: scratch.path(of: "train/cat/a.png"), expected: colour)
            ) { try Dataset.open(at: scratch.path) }
        }
    }

    @Test func unreadableImageIsNamed() throws {
        let scratch = try ScratchDirectory(copying: "folders")
        try scratch.write(Array("no image".utf8), to: "train/dog/z.jpg")
        let error = #expect(throws: DataError.self) { try Dataset.open(at: scratch.path) }
        #expect(error?.description.hasPrefix(scratch.path(of: "train/dog/z.jpg")) == true)
        try scratch.write([], to: "train/dog/z.jpg")
        #expect(throws: DataError.self) { try Dataset.open(at: scratch.path) }
    }

    @Test(arguments: ["folders/train/dog/b.png", "folders-jpeg/train/a/1.jpg"])
    func truncatedImageIsRefused(_ name: String) throws {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        let scratch = try ScratchDirectory(copying: parts[0])
        try scratch.write(Array(try scratch.bytes(of: parts[1]).dropLast(40)), to: parts[1])
        #expect(throws: DataError.self) { try Dataset.open(at: scratch.path).images(.training) }
    }

    @Test func foldersMustAgree() throws {
        let scratch = try ScratchDirectory(copying: "folders")
        try scratch.write(try scratch.bytes(of: "test/dog/a.png"), to: "test/emu/a.png")
        #expect(
            throws: DataError.missingFile(
                directory: scratch.path(of: "train"), expected: "the class emu that test has")
        ) { try Dataset.open(at: scratch.path) }
        try scratch.remove("test")
        #expect(throws: DataError.missingFile(directory: scratch.path, expected: "the folder test")) {
            try Dataset.open(at: scratch.path)
        }
    }
}
