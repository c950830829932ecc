import Foundation
import Network
import Testing

@Suite struct NpzTests {
    private let grey = TensorShape(channels: 1, height: 5, width: 4)
    private let colour = TensorShape(channels: 3, height: 5, width: 4)

    @Test(arguments: ["npz", "npz/mnist.npz"])
    func oneArchiveOfDeflatedBytesIsRead(_ name: String) throws {
        let dataset = try Dataset.open(at: DataFixtures.path(name))
        #expect(dataset.format == .npz)
        #expect(dataset.shape == grey)
        #expect(dataset.classes == ["0", "1", "2", "3"])
        let training = try dataset.images(.training)
        #expect(training.labels == [0, 1, 2, 3, 0, 1])
        #expect(training.bytes == DataFixtures.pixels(count: 6, shape: grey))
        let test = try dataset.images(of: .test)
        #expect(test.labels == [2, 3])
        #expect(test.bytes == DataFixtures.pixels(count: 2, shape: grey, first: 6))
    }

    @Test(arguments: ["npz-split", "npz-last"])
    func floatsAreReadWhicheverAxisHoldsTheChannels(_ name: String) throws {
        let dataset = try Dataset.open(at: DataFixtures.path(name))
        #expect(dataset.shape == colour)
        let training = try dataset.images(.training)
        #expect(training.labels == [0, 1, 2, 3, 0, 1])
        #expect(training.floats == DataFixtures.pixels(count: 6, shape: colour).map { Float($0) / 4 })
        let validation = try dataset.images(of: .validation)
        #expect(validation.floats == DataFixtures.pixels(count: 1, shape: colour, first: 5).map { Float($0) / 4 })
        #expect(try dataset.images(of: .test).labels == [2, 3])
    }

    @Test func unsuitableArraysAreNamed() throws {
        func error(_ name: String) -> DataError? {
            #expect(throws: DataError.self) {
                try Dataset.open(at: DataFixtures.path(name)).images(.training)
            }
        }
        func path(_ name: String) -> String { DataFixtures.path("\(name)/data.npz") }
        let fortran = try #require(error("npz-fortran"))
        #expect(fortran.description.contains("Fortran order"))
        #expect(
            error("npz-complex")
                == .unsupportedType(
                    path: path("npz-complex"), array: "x_train", type: "<c8", supported: "|u1, <f4, <f8"))
        #expect(error("npz-nan") == .nonFinitePixel(path: path("npz-nan") + " (x_train.npy)", image: 1))
        #expect(
            error("npz-label")
                == .labelOutOfRange(
                    path: path("npz-label") + " (y_train.npy)", record: 2, value: -2, classes: 10_000))
        #expect(
            error("npz-count") == .countMismatch(path: path("npz-count") + " (x_train.npy)", images: 6, labels: 5))
        #expect(
            error("npz-shape")
                == .wrongShape(
                    path: path("npz-shape") + " (x_train.npy)", shape: [6, 20],
                    expected: "N,H,W or N,C,H,W or N,H,W,C with 1 or 3 channels"))
    }

    @Test func missingArrayIsNamed() throws {
        #expect(
            throws: DataError.missingArray(
                path: DataFixtures.path("npz-split/train.npz"), name: "x_train", found: ["x.npy", "y.npy"])
        ) { try Dataset.open(at: DataFixtures.path("npz-split/train.npz")) }
        let scratch = try ScratchDirectory(copying: "npz-split")
        try scratch.remove("test.npz")
        #expect(throws: DataError.missingFile(directory: scratch.path, expected: "test.npz")) {
            try Dataset.open(at: scratch.path)
        }
    }

    /// One bit of the first item, in an archive whose arrays are not packed.
    @Test func flippedBitIsFound() throws {
        let scratch = try ScratchDirectory(copying: "npz-split")
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path) {
            var bytes = try scratch.bytes(of: name)
            let directory = try #require(bytes.indices.first { bytes[$0...].starts(with: [0x50, 0x4b, 1, 2]) })
            let method = Int(bytes[directory + 10])
            try #require(method == 0, "\(name) is packed")
            let array = try #require(bytes.indices.first { bytes[$0...].starts(with: [0x93, 0x4e, 0x55, 0x4d]) })
            bytes[array + 128 + 7] ^= 1
            try scratch.write(bytes, to: name)
        }
        let error = #expect(throws: DataError.self) { try Dataset.open(at: scratch.path).images(.training) }
        #expect(error?.description.contains("checksum is wrong") == true, "\(error.map(\.description) ?? "")")
    }

    @Test func truncatedArchiveIsRefused() throws {
        let scratch = try ScratchDirectory(copying: "npz")
        try scratch.write(Array(try scratch.bytes(of: "mnist.npz").dropLast(30)), to: "mnist.npz")
        #expect(
            throws: DataError.corruptArchive(
                path: scratch.path(of: "mnist.npz"), reason: "it has no zip directory at its end (cut short?)")
        ) { try Dataset.open(at: scratch.path) }
    }
}
