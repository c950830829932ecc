internal import Foundation

/// What a distillation leaves for the process that goes on with it.
struct DistillationState: Codable {
    var totalSteps: Int
    var augmentation: Augmentation
    var recentLosses: [DistillationLoss.Report]
    /// The trainer's checkpoint.
    var trainer: Data

    func encoded() throws -> Data {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .binary
        return try encoder.encode(self)
    }
}

extension DistillationState {
    /// - Throws: ``TrainingError/damagedCheckpoint(reason:)``
    init(decoding data: Data) throws(TrainingError) {
        do {
            self = try PropertyListDecoder().decode(DistillationState.self, from: data)
        } catch {
            throw .damagedCheckpoint(reason: "it is no state of a distillation: \(error)")
        }
    }
}
