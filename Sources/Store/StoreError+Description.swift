extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path):
            "there is no store at \(path); make one with `centroid init`, or name another with --store"
        case .alreadyExists(let path):
            "there is already a file at \(path), and it was left as it is; choose another path"
        case .notAStore(let path, let detail):
            "\(path) is not a Centroid store: \(detail); name another with --store"
        case .newer(let path, let found, let known):
            "\(path) has schema version \(found) and this centroid knows up to \(known); update centroid"
        case .older(let path, let found, let known):
            "\(path) has schema version \(found) and this centroid reads \(known); "
                + "any writing command brings it forward, for example `centroid work`"
        case .networkFileSystem(let path, let kind):
            "\(path) lies on a network file system (\(kind)), where SQLite's locks do not hold; "
                + "put the store on a local disk, or use a PostgreSQL store for several machines"
        case .readOnly(let path):
            "\(path) cannot be written; check the permissions of the file and of its folder"
        case .notPermitted(let path):
            "\(path) cannot be read; check the permissions of the file and of its folder"
        case .leftover(let path, let journal):
            "\(path) cannot be made: \(journal) is what a store of that name has left there; bring that store back "
                + "beside it, for its last changes may be in there alone, or move it away"
        case .nameOfJournal(let path, let database):
            "\(path) is the name of a journal of \(database), and what lies there would be taken for one; choose another"
        case .moved(let path):
            "\(path) was removed, moved or replaced while it was worked on; put it back, beside the -wal file that "
                + "has its last changes, and run the command again; before another store gets that name, move the -wal away"
        case .full(let path):
            "there is no room left to write \(path); free some space and run the command again, nothing is lost"
        case .busy(let path):
            "\(path) stayed locked by another process; run the command again, or look for what holds it"
        case .corrupt(let path, let detail):
            "\(path) is damaged (\(detail)); restore a backup, or rescue what is readable with `sqlite3 .recover`"
        case .inputOutput(let path, let detail):
            "reading or writing \(path) failed (\(detail)); check the disk, then run the command again"
        case .cannotOpen(let path, let detail):
            "\(path) cannot be opened (\(detail)); check the path, and that you may use it"
        default:
            recordDescription
        }
    }

    private var recordDescription: String {
        switch self {
        case .staleLease(let job, let token):
            "the lease \(token) of job \(job) is over, so its results were refused; the job is done elsewhere"
        case .unknownDependency(let job, let dependency):
            "job \(job) depends on \(dependency), which is not in the store; enqueue it first or with it"
        case .missingShard(let model, let layer, let images):
            "the shard of layer \(layer) on \(images) is gone; capture it again: "
                + "`centroid retry --state done --kind capture --model \(model)`, then `centroid work`"
        case .unknown(let kind, let name, let known):
            Self.unknown(kind: kind, name: name, known: known)
        case .nameTaken(let kind, let name, let detail):
            "the \(kind) name \(name) is taken: \(detail); choose another name"
        case .invalid(let detail):
            "the store refused a record: \(detail)"
        case .unencodable(let what, let detail):
            "\(what) cannot be written as JSON: \(detail)"
        case .undecodable(let what, let detail):
            "\(what) cannot be read back: \(detail); was it written by another version?"
        case .database(let code, let message):
            "SQLite reported result code \(code): \(message)"
        default:
            ""
        }
    }

    private static func unknown(kind: String, name: String, known: [String]) -> String {
        guard !known.isEmpty else {
            return "there is no \(kind) named \(name), nor any other \(kind) yet"
        }
        let list = "known: \(known.prefix(20).joined(separator: ", "))\(known.count > 20 ? ", ..." : "")"
        if let near = Spelling.nearest(to: name, among: known) {
            return "there is no \(kind) named \(name); did you mean \(near)? (\(list))"
        }
        return "there is no \(kind) named \(name); \(list)"
    }
}
