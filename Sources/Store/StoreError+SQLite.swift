internal import GRDB

extension StoreError {
    /// What any error inside the store's bodies means to a caller.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as DatabaseError:
            self.init(error, path: path)
        case let error as RowDecodingError:
            self = .undecodable("a row of \(path)", error.description)
        default:
            self = .database(code: 1, message: String(describing: error))
        }
    }

    private init(_ error: DatabaseError, path: String) {
        let message = error.message ?? error.resultCode.description
        switch error.resultCode {
        case .SQLITE_FULL: self = .full(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
        case .SQLITE_READONLY: self = .readOnly(path: path)
        case .SQLITE_CORRUPT: self = .corrupt(path: path, detail: message)
        case .SQLITE_NOTADB: self = .notAStore(path: path, detail: message)
        case .SQLITE_IOERR: self = .inputOutput(path: path, detail: message)
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self = StoreFile.refusal(of: path) ?? .cannotOpen(path: path, detail: message)
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG: self = .invalid(message)
        default: self = .database(code: Int(error.extendedResultCode.rawValue), message: message)
        }
    }
}
