internal import Foundation

/// What a training leaves for the process that goes on with it.
protocol TrainingState: Codable {
    /// "a distillation".
    static var training: String { get }
}

extension TrainingState {
    /// A binary property list, which holds every number exactly.
    func encoded() throws -> Data {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .binary
        return try encoder.encode(self)
    }

    /// - Throws: ``TrainingError/damagedCheckpoint(reason:)``
    init(decoding data: Data) throws(TrainingError) {
        do {
            self = try PropertyListDecoder().decode(Self.self, from: data)
        } catch {
            throw .damagedCheckpoint(reason: "it is no state of \(Self.training): \(error)")
        }
    }
}
