internal import Store

extension Store {
    /// Refuses to make a file where the store itself lies, or a journal of it.
    ///
    /// - Throws: ``CommandFailure``
    func refuse(_ path: String) throws(CommandFailure) {
        guard holds(path) else { return }
        throw CommandFailure(.cannotCreate, "\(path) belongs to the store \(self.path); name another file")
    }
}
