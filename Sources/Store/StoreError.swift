/// Why the store could not do what was asked.
///
/// File-related cases carry the path; the description says what to do about it.
package enum StoreError: Error, Equatable, Sendable {
    // MARK: The file
    case missing(path: String)
    case alreadyExists(path: String)
    /// The file is there and is something else; `detail` says how that shows.
    case notAStore(path: String, detail: String)
    /// Written by a later version: `found` and `known` are numbers of migrations.
    case newer(path: String, found: Int, known: Int)
    /// Written by an earlier version and opened without the right to bring it forward.
    case older(path: String, found: Int, known: Int)
    case networkFileSystem(path: String, kind: String)
    case readOnly(path: String)
    /// The rights to read the file, or to look into its folder, are missing.
    case notPermitted(path: String)
    /// A journal of a store that is not there any more lies where that of the new one would: SQLite would play it into
    /// that.
    case leftover(path: String, journal: String)
    /// SQLite would take a file of that name for a journal of the database beside it.
    case nameOfJournal(path: String, of: String)
    /// The file was removed, moved or replaced since this process opened it, so what is written goes nowhere.
    case moved(path: String)
    /// No room left, on the device or below the page limit that was set.
    case full(path: String)
    /// Another process held the store for longer than the busy timeout.
    case busy(path: String)
    case corrupt(path: String, detail: String)
    case inputOutput(path: String, detail: String)
    case cannotOpen(path: String, detail: String)

    // MARK: The queue
    /// The lease ran out and was taken over, or the job was cancelled: what was to be written is refused.
    case staleLease(job: JobID, token: Int64)
    /// A new job depends on a key that neither the store nor the same call has.
    case unknownDependency(job: String, dependency: String)

    // MARK: Results
    /// What a layer saw on these images is gone, although a job that needs it was allowed to begin.
    case missingShard(model: String, layer: String, images: String)

    // MARK: Names and values
    /// `kind` is the vocabulary's word; `known` lists what there is instead.
    case unknown(kind: String, name: String, known: [String])
    /// The name is taken by something else.
    case nameTaken(kind: String, name: String, detail: String)
    /// A record that contradicts the schema's rules.
    case invalid(String)
    case unencodable(String, String)
    case undecodable(String, String)
    /// A result code without a case of its own.
    case database(code: Int, message: String)
}
