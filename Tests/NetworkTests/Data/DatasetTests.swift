import Foundation
import Network
import Testing

@Suite struct DatasetTests {
    @Test func splitsCutTheTrainingPart() {
        let small = Split.validation.location(trainingCount: 12_000, testCount: 5)
        #expect(small.part == .training && small.range == 9_600..<12_000)
        let below = Split.validation.location(trainingCount: 24_999, testCount: 5)
        #expect(below.range == 20_000..<24_999)
        let large = Split.validation.location(trainingCount: 50_000, testCount: 5)
        #expect(large.range == 45_000..<50_000)
        #expect(Split.calibration.location(trainingCount: 50_000, testCount: 5).range == 0..<45_000)
        let test = Split.test.location(trainingCount: 50_000, testCount: 5)
        #expect(test.part == .test && test.range == 0..<5)
    }

    @Test func missingAndEmptyPathsAreTold() throws {
        let scratch = try ScratchDirectory()
        let nowhere = scratch.path(of: "nowhere")
        #expect(throws: DataError.notFound(path: nowhere)) { try Dataset.open(at: nowhere) }
        #expect(throws: DataError.emptyDirectory(path: scratch.path)) { try Dataset.open(at: scratch.path) }
        try scratch.write([1], to: "notes.txt")
        #expect(throws: DataError.unknownLayout(path: scratch.path, found: ["notes.txt"])) {
            try Dataset.open(at: scratch.path)
        }
        #expect(throws: DataError.self) { try Dataset.open(at: scratch.path(of: "notes.txt")) }
        #expect(throws: DataError.missingFile(directory: scratch.path, expected: "the folder train")) {
            try Dataset.open(at: scratch.path, format: .imageFolders)
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func forbiddenDirectoryIsTold() throws {
        let scratch = try ScratchDirectory(copying: "cifar10")
        chmod(scratch.path, 0)
        defer { chmod(scratch.path, 0o700) }
        #expect(throws: DataError.notPermitted(path: scratch.path)) { try Dataset.open(at: scratch.path) }
    }

    @Test func directoryWhereAFileShouldBeIsTold() throws {
        let scratch = try ScratchDirectory(copying: "cifar10")
        try scratch.write([1], to: "extra.bin/inside")
        #expect(throws: DataError.notAFile(path: scratch.path(of: "extra.bin"))) {
            try Dataset.open(at: scratch.path)
        }
    }

    @Test func fingerprintFollowsTheBytesAndNotThePlace() throws {
        let original = try Dataset.open(at: DataFixtures.path("cifar10"))
        let scratch = try ScratchDirectory(copying: "cifar10")
        let copy = try Dataset.open(at: scratch.path)
        #expect(copy.fingerprint == original.fingerprint)
        #expect(copy.fingerprint.count == 64)
        var bytes = try scratch.bytes(of: "test.bin.gz")
        bytes[9] ^= 1  // The operating system in gzip's header, which no reader looks at.
        try scratch.write(bytes, to: "test.bin.gz")
        #expect(try Dataset.open(at: scratch.path).fingerprint != original.fingerprint)
        #expect(throws: DataError.changed(path: scratch.path)) { try copy.verify() }
    }

    @Test func dataThatShrankIsNoticed() throws {
        let scratch = try ScratchDirectory(copying: "cifar10")
        let dataset = try Dataset.open(at: scratch.path)
        try dataset.verify()
        try scratch.remove("train-01.bin.gz")
        #expect(throws: DataError.changed(path: scratch.path)) { try dataset.images(of: .calibration) }
    }

    @Test func splitWithoutImagesIsTold() throws {
        let dataset = try Dataset.open(at: DataFixtures.path("folders"))
        #expect(dataset.count(of: .validation) == 0)
        #expect(throws: DataError.noImages(path: "\(dataset.path) (validation)")) {
            try dataset.images(of: .validation)
        }
    }

    @Test func survivesJSON() throws {
        let dataset = try Dataset.open(at: DataFixtures.path("idx"))
        let decoded = try JSONDecoder().decode(Dataset.self, from: JSONEncoder().encode(dataset))
        #expect(decoded == dataset)
        #expect(try decoded.images(of: .test).labels == [6, 7])
    }

    @Test func relativePathBecomesAbsolute() throws {
        let absolute = DataFixtures.path("idx")
        let dataset = try Dataset.open(at: absolute + "/../idx/")
        #expect(dataset.path == absolute)
    }

    @Test(arguments: [
        DataError.truncated(path: "a", bytes: 1, expected: 2), .emptyDirectory(path: "a"),
        .unknownLayout(path: "a", found: ["b", "c", "d", "e", "f", "g"]), .notPermitted(path: "a"),
        .wrongMagic(path: "a", found: 1, expected: 0x803), .fetchFailed(name: "a", attempts: ["b: c", "d: e"]),
        .preprocessingChannels(field: "mean", count: 1, channels: 3),
        .corruptArchive(path: "a\nb", reason: String(repeating: "\r\u{0}", count: 50_000)),
    ])
    func messagesAreOneLine(_ error: DataError) {
        #expect(error.description.unicodeScalars.allSatisfy { $0.value >= 32 })
        #expect((20...300).contains(error.description.count))
    }
}
