internal import CCrypto
package import Foundation

/// The SHA-256 of some bytes, as 64 lower-case hexadecimal digits.
///
/// Models, data sets and settings are named by it wherever a result depends on them.
///
/// For example:
///
///     SHA256.hex(of: Data("abc".utf8))  // "ba7816bf…f20015ad"
package struct SHA256: ~Copyable {
    private let context: OpaquePointer?

    package init() {
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Appends `bytes` to what is hashed.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// Ends the computation; call it once.
    package func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
        return digest.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// The digest of `data` in one call.
    package static func hex(of data: Data) -> String {
        let hash = SHA256()
        data.withUnsafeBytes { hash.update($0) }
        return hash.finish()
    }
}
