import Approx
import Foundation
import Testing

@Suite struct PriceListTests {
    private func degrees(_ values: some Sequence<Int>) throws -> [Degree] {
        try values.map { try Degree($0) }
    }

    @Test(arguments: PricedBackend.allCases) func everyDegreeHasAPrice(backend: PricedBackend) throws {
        let list = try PriceList.builtIn(backend)
        #expect(list.backend == backend.rawValue)
        #expect(list.degrees.map(\.value) == Array(Degree.allowed))
        #expect(list.source.contains("ring 2^14"))
    }

    /// What Centroid's circuit takes: one squaring, and two.
    @Test(arguments: PricedBackend.allCases) func degreesTwoAndFourAreFolded(backend: PricedBackend) throws {
        let list = try PriceList.builtIn(backend)
        let two = try list.price(of: Degree(2))
        let four = try list.price(of: Degree(4))
        #expect(two == Price(levels: 1, ciphertextProducts: 1, plaintextProducts: 0, seconds: two.seconds))
        #expect(four == Price(levels: 2, ciphertextProducts: 2, plaintextProducts: 0, seconds: four.seconds))
        #expect(try list.price(of: Degree(3)).seconds > four.seconds, "a generic evaluator charges more")
    }

    @Test(arguments: PricedBackend.allCases) func productsAreThoseOfTheLeastDepth(backend: PricedBackend) throws {
        let list = try PriceList.builtIn(backend)
        for degree in try degrees(Degree.allowed) where ![2, 4].contains(degree.value) {
            var random = SplitMix64(seed: UInt64(degree.value))
            let coefficients = (0...degree.value).map { _ in random.nextUnit() + 0.1 }
            let plan = PatersonStockmeyer(
                Polynomial(basis: .chebyshev, coefficients: coefficients, domain: -3...5), preferring: .leastDepth)
            let price = try list.price(of: degree)
            #expect(price.ciphertextProducts == plan.products)
            #expect(price.plaintextProducts == plan.plaintextProducts)
            #expect(price.levels >= plan.depth)
        }
    }

    @Test(arguments: [PricedBackend.lattigo, .seal]) func levelsAreThoseOfTheTables(backend: PricedBackend) throws {
        let list = try PriceList.builtIn(backend)
        for degree in list.degrees {
            #expect(try list.price(of: degree).levels == LevelCost.levels(of: degree))
        }
    }

    @Test(arguments: [(3, 4), (5, 4), (6, 5), (13, 5), (14, 6), (27, 6), (28, 7), (59, 7), (60, 8)])
    func openFHEChargesByItsOwnTable(degree: Int, levels: Int) throws {
        #expect(try PriceList.builtIn(.openfhe).price(of: Degree(degree)).levels == levels)
    }

    @Test(arguments: [
        (PricedBackend.openfhe, [2, 4, 5, 13, 15]), (.lattigo, [2, 4, 7, 15]), (.seal, [2, 4, 7, 15]),
    ]) func onlyTheTopsOfTheBandsAreWorthTrying(backend: PricedBackend, tops: [Int]) throws {
        let list = try PriceList.builtIn(backend)
        #expect(try list.bandTops(among: degrees(2...15)).map(\.value) == tops)
        #expect(try list.bandTops(among: degrees([6, 5, 3, 6])).last?.value == 6)
        #expect(try list.bandTops(among: []).isEmpty)
    }

    @Test func secondsAreThoseOfTheOperations() throws {
        let list = try PriceList.builtIn(.openfhe)
        #expect(try abs(list.price(of: Degree(2)).seconds - 0.083) < 1e-15)
        #expect(try abs(list.price(of: Degree(7)).seconds - (4 * 0.083 + 6 * 0.0025)) < 1e-15)
    }

    @Test func customListIsRead() throws {
        let fixture = Bundle.module.url(forResource: "prices", withExtension: "json", subdirectory: "Fixtures")
        let list = try PriceList(decoding: Data(contentsOf: #require(fixture)), file: "prices.json")
        #expect(list.backend == "two-squarings")
        #expect(list.degrees.map(\.value) == [2, 3, 4, 8, 16])
        let own = try list.price(of: Degree(8))
        #expect(own == Price(levels: 4, ciphertextProducts: 3, plaintextProducts: 6, seconds: 2))
        #expect(try list.price(of: Degree(4)).seconds == 2 * 0.25 + 2 * 0.03125)
        #expect(try list.bandTops(among: list.degrees).map(\.value) == [2, 4, 16])
        #expect(throws: PriceListError.noPrice(degree: 5, backend: "two-squarings", known: [2, 3, 4, 8, 16])) {
            try list.bandTops(among: degrees(2...5))
        }
    }

    /// A sound list with one thing replaced.
    private func refusal(of wrong: String, with replacement: String) -> PriceListError? {
        let sound = """
            {"backend": "b", "source": "s", "operations": {"ciphertext_product": 1, "plaintext_product": 0.5},
             "degrees": [{"degree": 2, "levels": 1, "ciphertext_products": 1, "plaintext_products": 0},
                         {"degree": 4, "levels": 2, "ciphertext_products": 2, "plaintext_products": 3}]}
            """
        let text = sound.replacing(wrong, with: replacement, maxReplacements: 1)
        return #expect(throws: PriceListError.self) { try PriceList(decoding: Data(text.utf8), file: "p.json") }
    }

    @Test(arguments: [
        (#""backend": "b""#, #""backend": """#, "backend", #""""#, "a text that is not empty"),
        (#""source": "s""#, #""source": 5"#, "source", "5", "a text"),
        (#""plaintext_product": 0.5"#, #""plaintext_product": -1"#, "operations.plaintext_product", "-1.0", "seconds"),
        (#""levels": 2"#, #""levels": "two""#, "degrees[1].levels", #""two""#, "a number"),
        (#""levels": 2"#, #""levels": 0"#, "degrees[1].levels", "0", "1...100"),
        (#""levels": 2"#, #""levels": 1.5"#, "degrees[1].levels", "1.5", "a whole number"),
        (#""degree": 4"#, #""degree": 64"#, "degrees[1].degree", "64", "2...63"),
        (#""degree": 4"#, #""degree": 2"#, "degrees[1].degree", "2", "each degree once"),
        (#""degree": 4"#, #""degree": null"#, "degrees[1].degree", "null", "a value"),
        (#""ciphertext_products": 1"#, #""ciphertext_products": -1"#, "degrees[0].ciphertext_products", "-1", "0..."),
        (#""plaintext_products": 3"#, #""plaintext_products": [3]"#, "degrees[1].plaintext_products", "[3]", "number"),
        (#""levels": 2"#, #""levels": 2, "seconds": -4"#, "degrees[1].seconds", "-4.0", "below 0"),
        (#""degrees": ["#, #""degrees": [], "others": ["#, "degrees", "[]", "at least one degree"),
        (#""degrees": ["#, #""degrees": {}, "others": ["#, "degrees", "{}", "a list"),
    ]) func unusableValuesAreNamed(
        wrong: String, replacement: String, field: String, value: String, expected: String
    ) throws {
        let error = try #require(refusal(of: wrong, with: replacement))
        guard case .unusable("p.json", field, let found, let words) = error else {
            Issue.record(error)
            return
        }
        #expect(found == value)
        #expect(words.contains(expected), "\(words)")
        #expect(error.description.contains(";"))
    }

    @Test func missingFieldsAreNamed() {
        #expect(refusal(of: #""levels": 2, "#, with: "") == .missing(file: "p.json", field: "degrees[1].levels"))
        #expect(refusal(of: #""backend": "b", "#, with: "") == .missing(file: "p.json", field: "backend"))
        #expect(refusal(of: "operations", with: "remarks") == .missing(file: "p.json", field: "degrees[0].seconds"))
    }

    @Test(arguments: ["", "[1, 2]", "{", "7"]) func whatIsNoObjectIsRefused(text: String) {
        #expect(throws: PriceListError.notJSON(file: "x.json")) {
            try PriceList(decoding: Data(text.utf8), file: "x.json")
        }
    }
}
