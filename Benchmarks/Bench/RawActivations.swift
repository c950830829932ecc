internal import Approx
internal import Foundation

/// Activations of one layer as a peer's script wrote them: 32-bit floating-point numbers, one after the other.
struct RawActivations {
    let values: [Float]

    init(values: [Float]) {
        self.values = values
    }

    init(at path: String) throws {
        values = try Data(contentsOf: URL(fileURLWithPath: path)).withUnsafeBytes {
            Array($0.bindMemory(to: Float.self))
        }
    }

    func statistics(threads: Int = 1) -> LayerStatistics {
        values.withUnsafeBufferPointer { LayerStatistics.ofValues($0, threads: threads) }
    }
}
