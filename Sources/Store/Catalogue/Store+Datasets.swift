internal import GRDB

extension Store {
    /// Adds a data set. The same name and fingerprint again changes only where it lies, which is how a copied store
    /// is told about another machine's folders.
    ///
    /// - Throws: ``StoreError/nameTaken(kind:name:detail:)`` if the name stands for other images.
    @discardableResult
    package func addDataset(_ dataset: NewDataset) throws(StoreError) -> DatasetRecord {
        let now = clock.now
        let classes = try CanonicalJSON.text(of: dataset.classes)
        return try writing { database in
            if let present = try Self.dataset(named: dataset.name, in: database) {
                guard present.fingerprint == dataset.fingerprint else {
                    throw StoreError.nameTaken(
                        kind: "data set", name: dataset.name,
                        detail: "it stands for images with fingerprint \(present.fingerprint.prefix(12))"
                    )
                }
                try database.run(
                    "UPDATE datasets SET path = ?, format = ? WHERE id = ?",
                    [dataset.path, dataset.format, present.id.value]
                )
            } else {
                try database.run(
                    """
                    INSERT INTO datasets (
                        name, format, path, fingerprint, channels, height, width, classes,
                        training_images, test_images, created_at
                    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        dataset.name, dataset.format, dataset.path, dataset.fingerprint, dataset.channels,
                        dataset.height, dataset.width, classes, dataset.trainingImages, dataset.testImages,
                        now.milliseconds,
                    ]
                )
            }
            return try Self.requiredDataset(named: dataset.name, in: database)
        }
    }

    /// Every data set, by name.
    package func datasets() throws(StoreError) -> [DatasetRecord] {
        try reading { try $0.rows("SELECT * FROM datasets ORDER BY name", [], Self.dataset) }
    }

    /// - Throws: ``StoreError/unknown(kind:name:known:)`` with the names there are.
    package func dataset(named name: String) throws(StoreError) -> DatasetRecord {
        try reading { try Self.requiredDataset(named: name, in: $0) }
    }

    /// Every data set with this fingerprint, by name: the same images may lie in several places.
    package func datasets(fingerprint: String) throws(StoreError) -> [DatasetRecord] {
        try reading { database in
            try database.rows("SELECT * FROM datasets WHERE fingerprint = ? ORDER BY name", [fingerprint], Self.dataset)
        }
    }

    static func requiredDataset(named name: String, in database: Database) throws -> DatasetRecord {
        guard let dataset = try dataset(named: name, in: database) else {
            let known = try database.rows("SELECT name FROM datasets ORDER BY name") {
                try $0.value("name") as String
            }
            throw StoreError.unknown(kind: "data set", name: name, known: known)
        }
        return dataset
    }

    private static func dataset(named name: String, in database: Database) throws -> DatasetRecord? {
        try database.first("SELECT * FROM datasets WHERE name = ?", [name], dataset)
    }

    private static func dataset(_ row: Row) throws -> DatasetRecord {
        let name: String = try row.value("name")
        return DatasetRecord(
            id: try row.id("id"), name: name, format: try row.value("format"), path: try row.value("path"),
            fingerprint: try row.value("fingerprint"), channels: try row.value("channels"),
            height: try row.value("height"), width: try row.value("width"),
            classes: try CanonicalJSON.value(
                [String].self, from: try row.value("classes"), of: "classes of data set \(name)"),
            trainingImages: try row.value("training_images"), testImages: try row.value("test_images"),
            createdAt: try row.time("created_at")
        )
    }
}
