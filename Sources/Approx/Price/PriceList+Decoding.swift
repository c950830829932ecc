package import Foundation

extension PriceList {
    private static let levelsAllowed = 1...100
    private static let productsAllowed = 0...100_000

    /// Reads a list from JSON; `file` is what messages call it.
    ///
    ///     {"backend": "mine", "source": "measured at ring 2^15, 12 levels, one thread",
    ///      "operations": {"ciphertext_product": 0.2, "plaintext_product": 0.01},
    ///      "degrees": [{"degree": 2, "levels": 1, "ciphertext_products": 1, "plaintext_products": 0},
    ///                  {"degree": 4, "levels": 2, "ciphertext_products": 2, "plaintext_products": 0, "seconds": 0.5}]}
    ///
    /// Operations are in seconds; a degree without seconds of its own costs what its products cost. Other fields are
    /// ignored.
    ///
    /// - Throws: ``PriceListError`` naming the field and its value.
    package init(decoding data: Data, file: String) throws(PriceListError) {
        let content: PriceFile
        do {
            content = try JSONDecoder().decode(PriceFile.self, from: data)
        } catch {
            throw PriceListError(error, in: data, file: file)
        }
        let check = FieldCheck(file: file)
        try check.words(content.backend, "backend")
        try check.words(content.source, "source")
        if let operations = content.operations {
            try check.seconds(operations.ciphertextProduct, "operations.ciphertext_product")
            try check.seconds(operations.plaintextProduct, "operations.plaintext_product")
        }
        guard !content.degrees.isEmpty else {
            throw .unusable(file: file, field: "degrees", value: "[]", expected: "at least one degree")
        }
        var prices: [Degree: Price] = [:]
        for (index, entry) in content.degrees.enumerated() {
            let field = "degrees[\(index)]"
            let number = try check.whole(entry.degree, "\(field).degree", in: Degree.allowed)
            guard let degree = try? Degree(number), prices[degree] == nil else {
                throw .unusable(
                    file: file, field: "\(field).degree", value: String(number), expected: "each degree once")
            }
            let levels = try check.whole(entry.levels, "\(field).levels", in: Self.levelsAllowed)
            let products = (
                try check.whole(entry.ciphertextProducts, "\(field).ciphertext_products", in: Self.productsAllowed),
                try check.whole(entry.plaintextProducts, "\(field).plaintext_products", in: Self.productsAllowed)
            )
            guard let seconds = entry.seconds ?? content.operations?.seconds(of: entry) else {
                throw .missing(file: file, field: "\(field).seconds")
            }
            try check.seconds(seconds, "\(field).seconds")
            prices[degree] = Price(
                levels: levels, ciphertextProducts: products.0, plaintextProducts: products.1, seconds: seconds)
        }
        backend = content.backend
        source = content.source
        self.prices = prices
    }
}

/// Refuses values outside of what they may be.
private struct FieldCheck {
    let file: String

    func words(_ value: String, _ field: String) throws(PriceListError) {
        guard !value.isEmpty else {
            throw .unusable(file: file, field: field, value: "\"\"", expected: "a text that is not empty")
        }
    }

    func whole(_ value: Double, _ field: String, in allowed: ClosedRange<Int>) throws(PriceListError) -> Int {
        guard let number = Int(exactly: value), allowed.contains(number) else {
            throw .unusable(
                file: file, field: field, value: Int(exactly: value).map(String.init) ?? String(value),
                expected: "a whole number in \(allowed.lowerBound)...\(allowed.upperBound)")
        }
        return number
    }

    func seconds(_ value: Double, _ field: String) throws(PriceListError) {
        guard value.isFinite, value >= 0 else {
            throw .unusable(file: file, field: field, value: String(value), expected: "seconds, not below 0")
        }
    }
}
