internal import ArgumentParser
internal import Encryption

/// How far a check goes.
enum CheckMode: String, CaseIterable, ExpressibleByArgument {
    case clear
    case simulated
    case encrypted

    var lastStage: CheckStage {
        switch self {
        case .clear: .circuit
        case .simulated: .simulated
        case .encrypted: .encrypted
        }
    }
}
