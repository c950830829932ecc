internal import Checksum
internal import Foundation
internal import GRDB

extension Store {
    /// Hashes all results as they are at this moment. Row by row: it needs no more memory for a large store.
    ///
    /// - Throws: The file errors of ``StoreError``.
    /// - Complexity: O(results), in the order of indexes.
    package func digest() throws(StoreError) -> StoreDigest {
        try reading { database in
            let layers = try database.rows(
                """
                SELECT layers.id, position, identity FROM layers JOIN models ON models.id = layers.model
                ORDER BY identity, position
                """
            ) { row in
                [
                    "layer": try row.value("id") as Int64, "position": try row.value("position") as Int64,
                    "model": try row.value("identity") as String,
                ] as StatementArguments
            }
            let parts = try DigestPart.all.map { part in
                var hash = RowHash()
                for arguments in part.scope == .store ? [[:]] : layers {
                    try database.forEach(part.rows, arguments) { hash.append($0) }
                }
                return StoreDigest.Part(name: part.name, rows: hash.rows, sha256: hash.finish())
            }
            let list = parts.map { "\($0.name) \($0.rows) \($0.sha256)\n" }.joined()
            return StoreDigest(parts: parts, sha256: SHA256.hex(of: Data(list.utf8)))
        }
    }
}
