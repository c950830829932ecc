import Checksum
import Foundation
import Network
import Testing

/// Every mirror here is a directory or a host that does not answer: no network is needed.
@Suite struct DatasetFetcherTests {
    /// The idx fixture as something to fetch.
    private func smallDigits(mirrors: [String] = []) -> CanonicalDataset {
        let names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"]
        return CanonicalDataset(
            name: "small",
            mirrors: mirrors,
            downloads: names.map { name in
                let name = name + "-ubyte"
                return CanonicalDataset.Download(
                    name: name + ".gz", bytes: 100,
                    kind: .gzip(CanonicalDataset.Content(name: name, checksum: Self.checksum(unpacked: name))))
            })
    }

    /// SHA-256 of an idx fixture's content, written down anew from the formula.
    private static func checksum(unpacked name: String) -> String {
        let isTraining = name.hasPrefix("train")
        let (count, first) = isTraining ? (6, 0) : (2, 6)
        var bytes: [UInt8] = [0, 0, 8]
        if name.contains("images") {
            bytes += [3, 0, 0, 0, UInt8(count), 0, 0, 0, 5, 0, 0, 0, 4]
            bytes += DataFixtures.pixels(
                count: count, shape: TensorShape(channels: 1, height: 5, width: 4), first: first)
        } else {
            bytes += [1, 0, 0, 0, UInt8(count)] + (first..<first + count).map { UInt8($0) }
        }
        return SHA256.hex(of: Data(bytes))
    }

    /// The two CIFAR files in the archive fixture.
    private func smallCIFAR(testChecksum: String? = nil) -> CanonicalDataset {
        func file(_ labels: Range<Int>) -> [UInt8] {
            let shape = TensorShape(channels: 3, height: 32, width: 32)
            return labels.flatMap { [UInt8($0)] + DataFixtures.pixels(count: 1, shape: shape, first: $0) }
        }
        let contents = [("data_batch_1.bin", 0..<3), ("test_batch.bin", 7..<9)].map { name, labels in
            CanonicalDataset.Content(name: name, checksum: SHA256.hex(of: Data(file(labels))))
        }
        var downloads = [
            CanonicalDataset.Download(name: "cifar-tiny.tar.gz", bytes: 1_360, kind: .archive(contents))
        ]
        if let testChecksum {
            downloads[0].kind = .archive([
                contents[0], CanonicalDataset.Content(name: "test_batch.bin", checksum: testChecksum),
            ])
        }
        return CanonicalDataset(name: "tiny", mirrors: [], downloads: downloads)
    }

    @Test func filesComeFromADirectory() throws {
        let scratch = try ScratchDirectory()
        let fetcher = DatasetFetcher(mirror: DataFixtures.path("idx"))
        var fetched: [String] = []
        let dataset = try fetcher.fetch(smallDigits(), into: scratch.path(of: "new/place")) { progress in
            if progress.bytes == progress.total { fetched.append(progress.name) }
        }
        #expect(fetched == smallDigits().downloads.map(\.name))
        #expect(dataset.fingerprint == (try Dataset.open(at: DataFixtures.path("idx"))).fingerprint)
    }

    @Test func whatIsThereIsNotFetchedAgain() throws {
        let scratch = try ScratchDirectory(copying: "idx")
        let fetcher = DatasetFetcher(mirror: scratch.path(of: "no-mirror"))
        #expect(try fetcher.fetch(smallDigits(), into: scratch.path).trainingCount == 6)
        var bytes = try scratch.bytes(of: "t10k-labels-idx1-ubyte.gz")
        bytes[12] ^= 4
        try scratch.write(bytes, to: "t10k-labels-idx1-ubyte.gz")
        let good = DatasetFetcher(mirror: DataFixtures.path("idx"))
        #expect(try good.fetch(smallDigits(), into: scratch.path).testCount == 2, "a damaged file is replaced")
        #expect(try scratch.bytes(of: "t10k-labels-idx1-ubyte.gz") != bytes)
    }

    @Test func partialFileIsResumed() throws {
        let name = "train-images-idx3-ubyte.gz"
        let good = try DataFixtures.bytes("idx/\(name)")
        // The mirror's first half is wrong, so only going on from the partial file gives the right whole.
        let mirror = try ScratchDirectory(copying: "idx")
        try mirror.write([UInt8](repeating: 0, count: 70) + good.dropFirst(70), to: name)
        let scratch = try ScratchDirectory()
        try scratch.write(Array(good.prefix(70)), to: name + ".part")
        let dataset = try DatasetFetcher(mirror: "file://\(mirror.path)").fetch(smallDigits(), into: scratch.path)
        #expect(dataset.trainingCount == 6)
        #expect(try scratch.bytes(of: name) == good)
        #expect(!FileManager.default.fileExists(atPath: scratch.path(of: name + ".part")))
    }

    @Test(arguments: [70, 159, 400])
    func wrongPartialFileIsStartedAfresh(_ bytes: Int) throws {
        let name = "train-images-idx3-ubyte.gz"
        let scratch = try ScratchDirectory()
        try scratch.write([UInt8](repeating: 5, count: bytes), to: name + ".part")
        let fetcher = DatasetFetcher(mirror: DataFixtures.path("idx"))
        #expect(try fetcher.fetch(smallDigits(), into: scratch.path).trainingCount == 6)
    }

    @Test func completePartialFileIsTakenAsItIs() throws {
        let scratch = try ScratchDirectory(copying: "idx")
        let name = "train-images-idx3-ubyte.gz"
        try scratch.write(try scratch.bytes(of: name), to: name + ".part")
        try scratch.remove(name)
        let fetcher = DatasetFetcher(mirror: scratch.path(of: "no-mirror"))
        #expect(try fetcher.fetch(smallDigits(), into: scratch.path).trainingCount == 6)
    }

    @Test func nextMirrorIsTriedAfterADamagedAndAMissingOne() throws {
        let name = "train-images-idx3-ubyte.gz"
        let damaged = try ScratchDirectory(copying: "idx")
        var bytes = try damaged.bytes(of: name)
        bytes[bytes.count / 2] ^= 1
        try damaged.write(bytes, to: name)
        let cut = try ScratchDirectory(copying: "idx")
        try cut.write(Array(bytes.prefix(90)), to: name)
        let mirrors = [
            "file://\(damaged.path)/", "file:///nowhere/at/all/", "file://\(cut.path)/",
            "file://\(DataFixtures.path("idx"))/",
        ]
        let scratch = try ScratchDirectory()
        let dataset = try DatasetFetcher().fetch(smallDigits(mirrors: mirrors), into: scratch.path)
        #expect(dataset.testCount == 2)
    }

    @Test func damageOnEveryMirrorIsOneClearLine() throws {
        let name = "train-images-idx3-ubyte.gz"
        let mirror = try ScratchDirectory(copying: "idx")
        try mirror.write(try mirror.bytes(of: "t10k-images-idx3-ubyte.gz"), to: name)
        let scratch = try ScratchDirectory()
        let error = #expect(throws: DataError.self) {
            try DatasetFetcher(mirror: mirror.path).fetch(smallDigits(), into: scratch.path)
        }
        let description = try #require(error?.description)
        #expect(description.contains(name) && description.contains("SHA-256") && !description.contains("\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    }

    @Test(arguments: ["http://127.0.0.1:1", "http://no-such-host.invalid/data/", "http://192.0.2.1/"])
    func unreachableHostFailsWithinSeconds(_ mirror: String) throws {
        let scratch = try ScratchDirectory()
        let start = ContinuousClock.now
        let error = #expect(throws: DataError.self) {
            try DatasetFetcher(mirror: mirror, connectTimeout: 1).fetch(.mnist, into: scratch.path)
        }
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(error?.description.contains("train-images-idx3-ubyte.gz could not be fetched") == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test func archiveIsUnpackedAndRemoved() throws {
        let scratch = try ScratchDirectory()
        let fetcher = DatasetFetcher(mirror: DataFixtures.path("mirror"))
        let dataset = try fetcher.fetch(smallCIFAR(), into: scratch.path)
        #expect(try dataset.images(.training).labels == [0, 1, 2])
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
        #expect(names == ["data_batch_1.bin", "test_batch.bin"])
        #expect(try DatasetFetcher(mirror: "/nowhere").fetch(smallCIFAR(), into: scratch.path) == dataset)
    }

    @Test func archiveWithAWrongFileIsRefused() throws {
        let scratch = try ScratchDirectory()
        let wrong = String(repeating: "0", count: 64)
        let error = #expect(throws: DataError.self) {
            try DatasetFetcher(mirror: DataFixtures.path("mirror"))
                .fetch(smallCIFAR(testChecksum: wrong), into: scratch.path)
        }
        #expect(error?.description.contains("test_batch.bin) has SHA-256") == true)
    }

    @Test func truncatedArchiveIsRefused() throws {
        let mirror = try ScratchDirectory(copying: "mirror")
        try mirror.write(Array(try mirror.bytes(of: "cifar-tiny.tar.gz").prefix(700)), to: "cifar-tiny.tar.gz")
        let scratch = try ScratchDirectory()
        #expect(throws: DataError.self) {
            try DatasetFetcher(mirror: mirror.path).fetch(smallCIFAR(), into: scratch.path)
        }
    }

    @Test func directoryThatCanNotBeMadeIsTold() throws {
        let scratch = try ScratchDirectory()
        try scratch.write([1], to: "taken")
        let path = scratch.path(of: "taken/inside")
        #expect(throws: DataError.cannotMake(path: path, reason: "Not a directory")) {
            try DatasetFetcher(mirror: DataFixtures.path("idx")).fetch(smallDigits(), into: path)
        }
    }

    @Test(.enabled(if: DataFixtures.realData("mnist") != nil))
    func realDigitsHaveTheChecksumsOfTheTable() throws {
        let scratch = try ScratchDirectory()
        let mirror = try #require(DataFixtures.realData("mnist"))
        #expect(try DatasetFetcher(mirror: mirror).fetch(.mnist, into: scratch.path).trainingCount == 60_000)
    }
}
