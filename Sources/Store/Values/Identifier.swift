/// The number of a row in the store, typed by what the row is.
///
/// Identifiers are local to one store file; names, keys and checksums are what travels between stores.
package struct Identifier<Subject>: Hashable, Codable, Sendable {
    package let value: Int64

    package init(_ value: Int64) {
        self.value = value
    }

    package init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

extension Identifier: CustomStringConvertible {
    package var description: String { String(value) }
}

extension Identifier: Comparable {
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.value < rhs.value }
}

package typealias DatasetID = Identifier<DatasetRecord>
package typealias ModelID = Identifier<ModelRecord>
package typealias LayerID = Identifier<LayerRecord>
package typealias JobID = Identifier<JobRecord>
package typealias SweepID = Identifier<SweepRecord>
package typealias ApproximationID = Identifier<ApproximationRecord>
package typealias PlanID = Identifier<PlanRecord>
package typealias EvaluationID = Identifier<EvaluationRecord>
package typealias CheckID = Identifier<CheckRecord>
package typealias TrainingID = Identifier<TrainingRecord>
