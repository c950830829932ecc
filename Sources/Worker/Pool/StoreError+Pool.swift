internal import Store

extension StoreError {
    /// Whether the store itself is in trouble, so that the next job would meet the same; otherwise the job is.
    var endsThePool: Bool {
        switch self {
        case .full, .readOnly, .corrupt, .inputOutput, .cannotOpen, .missing, .notAStore, .newer, .older, .database:
            true
        case .alreadyExists, .networkFileSystem, .busy, .staleLease, .unknownDependency, .unknown, .nameTaken, .invalid,
            .unencodable, .undecodable:
            false
        }
    }
}
