internal import Network
internal import Store

/// What a plan's settings say of how it was made, whatever made it.
struct PlanSettings: Decodable {
    private struct Seeded: Decodable {
        let seed: UInt64?
    }

    /// A job, or the part of it that has settings.
    private struct Wish: Decodable {
        let settings: Seeded?
    }

    /// Of a choice among fits.
    private let fits: Wish?
    /// Of a whole network.
    private let wish: Wish?
    /// Of a network that was trained towards the original one.
    private let comparison: StartComparison?

    var seed: UInt64? { wish?.settings?.seed ?? fits?.settings?.seed }

    /// Whether training made it worse, so that it is what the training began with.
    var keptStart: Bool { comparison?.keepsStart ?? false }

    init?(of plan: PlanRecord) {
        guard
            let settings = try? CanonicalJSON.value(
                PlanSettings.self, from: plan.settings, of: "settings of plan \(plan.name)")
        else { return nil }
        self = settings
    }
}
