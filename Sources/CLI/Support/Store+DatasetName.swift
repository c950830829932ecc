internal import Store

extension Store {
    /// The name of a data set, the start of its fingerprint where it is not in the store any more.
    func datasetName(_ fingerprint: String) throws(StoreError) -> String {
        try datasets(fingerprint: fingerprint).first?.name ?? String(fingerprint.prefix(8))
    }
}
