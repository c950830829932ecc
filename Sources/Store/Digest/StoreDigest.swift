/// Hashes over the results of a store: two stores that hold the same results have the same digest, in whatever order,
/// by whomever, when and how often they were made.
package struct StoreDigest: Hashable, Sendable {
    /// The digest of one part, so that a difference can be found.
    package struct Part: Hashable, Sendable {
        package let name: String
        package let rows: Int
        /// 64 hexadecimal digits.
        package let sha256: String
    }

    package let parts: [Part]
    /// SHA-256 over the names, the numbers of rows and the digests of the parts: 64 hexadecimal digits.
    package let sha256: String
}
