import Approx
import Foundation
import Testing

@Suite struct LayerStatisticsEncodingTests {
    private let statistics = Samples.layer(channels: [
        Samples.student5(seed: 1, count: 3_000),
        [],
        [.nan, .infinity],
        [0, -0.0],
        [Samples.tiniest, -Samples.tiniest, 0x1p-130],
        [3e38, -3e38, 1],
        Samples.mixture(seed: 2, count: 500),
    ])

    @Test func comesBackExactly() throws {
        let decoded = try LayerStatistics(decoding: statistics.encoded())
        #expect(decoded == statistics)
        #expect(decoded.encoded() == statistics.encoded())
        for (channel, expected) in zip(decoded.channels, statistics.channels) {
            #expect(channel.histogram.sums.map(\.bitPattern) == expected.histogram.sums.map(\.bitPattern))
        }
    }

    @Test func mergedStatisticsComeBackExactly() throws {
        var merged = statistics
        try merged.merge(statistics)
        try merged.merge(LayerStatistics(decoding: merged.encoded()))
        #expect(try LayerStatistics(decoding: merged.encoded()) == merged)
    }

    @Test func everyTruncationIsNamed() throws {
        let bytes = statistics.encoded()
        for length in 1..<bytes.count {
            let error = try #require(throws: ApproxError.self) {
                try LayerStatistics(decoding: bytes.prefix(length))
            }
            guard case .truncatedStatistics(let expected, let found) = error else {
                Issue.record("\(length) bytes gave \(error)")
                return
            }
            #expect(found == length && found < expected)
        }
    }

    @Test func everyFlippedByteIsFound() {
        let bytes = statistics.encoded()
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 0x41
            #expect(throws: ApproxError.self) { try LayerStatistics(decoding: damaged) }
        }
    }

    @Test func otherBytesAreNotStatistics() {
        #expect(throws: ApproxError.notStatistics) { try LayerStatistics(decoding: Data()) }
        #expect(throws: ApproxError.notStatistics) { try LayerStatistics(decoding: Data("SQLite format 3".utf8)) }
    }

    @Test func laterVersionsAndTrailingBytesAreRefused() {
        var bytes = statistics.encoded()
        bytes[4] = 2
        #expect(throws: ApproxError.unsupportedStatisticsVersion(2, supported: 1)) {
            try LayerStatistics(decoding: bytes)
        }
        #expect(throws: ApproxError.damagedStatistics("2 bytes follow the end")) {
            try LayerStatistics(decoding: statistics.encoded() + Data([0, 0]))
        }
    }

    @Test func slicesDecodeToo() throws {
        let padded = Data([1, 2, 3]) + statistics.encoded()
        #expect(try LayerStatistics(decoding: padded.dropFirst(3)) == statistics)
    }

    @Test func aChannelTakesFewKilobytes() {
        let channel = Samples.layer(Samples.mixture(seed: 5, count: 1_000_000))
        // ResNet-20 has 688 channels: 7,000 bytes each are 4.8 MB.
        #expect(channel.encoded().count < 7_000)
        #expect(channel.channels[0].histogram.occupiedBins > 700)
    }
}
