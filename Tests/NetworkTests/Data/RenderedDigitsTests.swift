import Checksum
import Foundation
import Network
import Testing

@Suite struct RenderedDigitsTests {
    @Test func allImagesHaveTheirFingerprint() throws {
        let dataset = try Dataset.open(at: Dataset.builtInPath)
        #expect(dataset.format == .digits)
        #expect(dataset.trainingCount == 12_000)
        #expect(dataset.testCount == 2_000)
        var bytes = Data()
        for part in Part.allCases {
            let images = try dataset.images(part)
            bytes.append(contentsOf: images.bytes)
            bytes.append(contentsOf: images.labels.map { UInt8($0) })
        }
        #expect(SHA256.hex(of: bytes) == dataset.fingerprint)
    }

    @Test func anyRangeIsThatPartOfAll() throws {
        let dataset = try Dataset.open(at: "anything", format: .digits)
        let all = try dataset.images(.test)
        let some = try dataset.images(.test, 130..<401)
        #expect(some.labels == Array(all.labels[130..<401]))
        #expect(some.bytes == Array(all.bytes[130 * 784..<401 * 784]))
    }

    @Test func everyClassIsThereAboutAsOften() throws {
        let images = try Dataset.open(at: Dataset.builtInPath).images(of: .calibration)
        #expect(images.count == 9_600)
        for label in 0..<10 {
            // Six standard deviations of a binomial count.
            #expect(abs(images.labels.count { $0 == label } - 960) < 180)
        }
    }

    @Test func partsHaveDifferentImages() throws {
        let dataset = try Dataset.open(at: Dataset.builtInPath)
        #expect(try dataset.images(.training, 0..<10).bytes != dataset.images(.test, 0..<10).bytes)
    }

    @Test func exportReadsBackTheSame() throws {
        let scratch = try ScratchDirectory()
        try Directory.make(at: scratch.path(of: "digits"))
        for file in try RenderedDigits.idxFiles() {
            try file.data.write(to: URL(fileURLWithPath: scratch.path(of: "digits/\(file.name)")))
        }
        let exported = try Dataset.open(at: scratch.path(of: "digits"))
        let builtIn = try Dataset.open(at: Dataset.builtInPath)
        #expect(exported.format == .idx)
        #expect(exported.classes == builtIn.classes)
        for split in Split.allCases {
            let (a, b) = (try exported.images(of: split), try builtIn.images(of: split))
            #expect(a.labels == b.labels)
            #expect(a.bytes == b.bytes)
        }
    }

    @Test func folderInPlaceOfAFileIsNotMade() throws {
        let scratch = try ScratchDirectory()
        try scratch.write([1], to: "taken")
        #expect(throws: DataError.self) { try Directory.make(at: scratch.path(of: "taken")) }
    }
}
