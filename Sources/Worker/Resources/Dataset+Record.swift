package import Network
package import Store

extension Dataset {
    /// The data set that a record of the store stands for.
    ///
    /// - Throws: ``DataError/changed(path:)`` and others for files that are not what the store knows.
    package static func open(_ record: DatasetRecord) throws(DataError) -> Dataset {
        let dataset = try open(at: record.path, format: DatasetFormat(rawValue: record.format))
        guard dataset.fingerprint == record.fingerprint else { throw .changed(path: record.path) }
        return dataset
    }
}
