internal import GRDB

extension Store {
    /// Takes a data set's name out of the store. Results stay: they name the images by fingerprint.
    ///
    /// - Throws: ``StoreError/unknown(kind:name:known:)`` with the names there are; the file errors.
    package func removeDataset(named name: String) throws(StoreError) {
        try writing { database in
            let dataset = try Self.requiredDataset(named: name, in: database)
            try database.run("DELETE FROM datasets WHERE id = ?", [dataset.id.value])
        }
    }
}
