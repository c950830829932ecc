internal import Approx
internal import Encryption
internal import Network
internal import Scheduler
internal import Store

/// Which errors end a job for good, because another attempt on the same inputs would meet them again.
enum FinalFailure {
    static func includes(_ error: any Error) -> Bool {
        switch error {
        case is JobFailure, is ImpossibleFit, is ApproxError, is ModelError, is SchedulerError, is ExportError: true
        case InferenceError.outOfMemory, InferenceError.noRoomToSpill: false
        case is InferenceError: true
        case TrainingError.inference(let error): includes(error)
        case is TrainingError: true
        // Another machine may have what this one lacks.
        case EncryptionError.library, EncryptionError.unwritable, EncryptionError.noPlugin: false
        case is EncryptionError: true
        case let error as DataError: !mayPass(error)
        case let error as StoreError: repeats(error)
        default: false
        }
    }

    /// A disk that is away for a moment comes back.
    private static func mayPass(_ error: DataError) -> Bool {
        switch error {
        case .notFound, .notPermitted, .readFailed, .emptyDirectory, .missingFile: true
        default: false
        }
    }

    private static func repeats(_ error: StoreError) -> Bool {
        switch error {
        case .undecodable, .unencodable, .invalid, .unknown, .missingShard: true
        default: false
        }
    }
}
