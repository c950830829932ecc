/// A price list as its file has it.
struct PriceFile: Decodable {
    /// Seconds that one operation takes.
    struct Operations: Decodable {
        /// With relinearisation and rescaling.
        let ciphertextProduct: Double
        let plaintextProduct: Double

        enum CodingKeys: String, CodingKey {
            case ciphertextProduct = "ciphertext_product"
            case plaintextProduct = "plaintext_product"
        }

        func seconds(of entry: Entry) -> Double {
            ciphertextProduct * entry.ciphertextProducts + plaintextProduct * entry.plaintextProducts
        }
    }

    /// Whole numbers are read as any number, so that a broken one can be named.
    struct Entry: Decodable {
        let degree: Double
        let levels: Double
        let ciphertextProducts: Double
        let plaintextProducts: Double
        let seconds: Double?

        enum CodingKeys: String, CodingKey {
            case degree, levels, seconds
            case ciphertextProducts = "ciphertext_products"
            case plaintextProducts = "plaintext_products"
        }
    }

    let backend: String
    let source: String
    let operations: Operations?
    let degrees: [Entry]
}
