internal import ArgumentParser
internal import Approx
internal import Encryption
internal import Foundation
internal import Network
internal import Scheduler
internal import Store
internal import Worker

/// Something that a command cannot do: one line for people, one exit code for scripts.
struct CommandFailure: Error, Equatable, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    /// The failure behind any error that a room throws.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as StoreError: self.init(Self.status(of: error), error.description)
        case let failure as WorkerFailure:
            self.init(failure.status.flatMap(ExitStatus.init(rawValue:)) ?? .systemError, failure.description)
        case SchedulerError.store(let error): self.init(error)
        case SchedulerError.search(let error): self.init(.dataError, error.description)
        case let error as PriceListError: self.init(.dataError, error.description)
        case let error as SchedulerError: self.init(.usage, error.description)
        case let error as ModelError: self.init(.dataError, error.description)
        case let error as DataError: self.init(Self.status(of: error), error.description)
        case let error as TrainingError: self.init(.dataError, error.description)
        case let error as InferenceError: self.init(.dataError, error.description)
        case let error as ExportError: self.init(.dataError, error.description)
        case let error as EncryptionError: self.init(Self.status(of: error), error.description)
        case let error as ApproxError: self.init(.dataError, error.description)
        default: self.init(.software, "\(error)")
        }
    }

    private static func status(of error: StoreError) -> ExitStatus {
        switch error {
        case .missing: .noInput
        case .alreadyExists, .leftover, .nameOfJournal, .cannotOpen: .cannotCreate
        case .notAStore, .corrupt, .missingShard, .undecodable, .invalid, .unencodable: .dataError
        case .newer, .older, .networkFileSystem: .configuration
        case .readOnly, .notPermitted: .noPermission
        case .full, .inputOutput, .moved: .inputOutput
        case .busy, .staleLease: .temporaryFailure
        case .unknown, .nameTaken: .usage
        case .unknownDependency, .database: .software
        }
    }

    private static func status(of error: EncryptionError) -> ExitStatus {
        switch error {
        case .noPlugin: .unavailable
        case .library: .software
        case .unwritable: .inputOutput
        case .threadCount: .usage
        default: .dataError
        }
    }

    private static func status(of error: DataError) -> ExitStatus {
        switch error {
        case .notFound, .emptyDirectory, .missingFile: .noInput
        case .notPermitted, .notWritable: .noPermission
        case .cannotMake: .cannotCreate
        case .readFailed, .writeFailed: .inputOutput
        case .toolMissing, .fetchFailed: .unavailable
        default: .dataError
        }
    }
}
