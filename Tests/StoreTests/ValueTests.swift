import Foundation
import Store
import Testing

@Suite struct ValueTests {
    @Test func canonicalTextDoesNotDependOnTheOrderOfKeys() throws {
        let value = ["b": 1.5, "a": 0.1, "c/d": 1e300]
        #expect(try CanonicalJSON.text(of: value) == #"{"a":0.1,"b":1.5,"c/d":1e+300}"#)
        // SHA-256 of the text above by sha256sum.
        #expect(try CanonicalJSON.hash(of: value) == "94579da7b2de18dd5041096e9d2ac6db424b6a0353be79fcc0d3b847cb4641b1")
    }

    @Test func doublesComeBackToTheLastBit() throws {
        var bits: UInt64 = 1
        for _ in 0..<2000 {
            bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: bits)
            guard value.isFinite else { continue }
            let text = try CanonicalJSON.text(of: [value])
            let back = try CanonicalJSON.value([Double].self, from: text, of: "a number")
            #expect(back.map(\.bitPattern) == [value.bitPattern])
        }
    }

    @Test func notANumberIsRefused() {
        #expect(throws: StoreError.self) { try CanonicalJSON.text(of: [Double.nan]) }
    }

    @Test func textOfAnotherTypeNamesWhatItWas() throws {
        let error = try #require(throws: StoreError.self) {
            try CanonicalJSON.value([Int].self, from: "{", of: "payload of job 7")
        }
        #expect(error.description.contains("payload of job 7"))
    }

    @Test(arguments: [
        ("resnet2", "resnet20"), ("RESNET20", "resnet20"), ("lenet", "lenet5"), ("lent5", "lenet5"),
    ])
    func nearWordIsFound(word: String, expected: String) {
        #expect(Spelling.nearest(to: word, among: ["vgg16", "lenet5", "resnet20"]) == expected)
    }

    @Test func farWordIsNotGuessed() {
        #expect(Spelling.nearest(to: "alexnet", among: ["vgg16", "lenet5", "resnet20"]) == nil)
        #expect(Spelling.nearest(to: "x", among: []) == nil)
    }

    @Test func timestampsCountInMilliseconds() {
        let time = Timestamp(milliseconds: 1500)
        #expect(time + .seconds(2) == Timestamp(milliseconds: 3500))
        #expect((time + .seconds(2)) - time == .seconds(2))
        #expect(Duration.milliseconds(-1500).milliseconds == -1500)
        #expect((Duration.seconds(1) / 3).milliseconds == 333)
    }

    @Test func systemClockTellsThisCentury() {
        #expect(StoreClock.system.now > Timestamp(milliseconds: 1_700_000_000_000))
    }
}
