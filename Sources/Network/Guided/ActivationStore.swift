internal import Foundation

/// One value of a network for many images: images x (channel, height, width), in memory or in a file that is mapped.
///
/// `@unchecked Sendable`: threads write disjoint images in one pass and read in the next.
final class ActivationStore: @unchecked Sendable {
    let images: Int
    let shape: TensorShape
    let values: UnsafeMutablePointer<Float>
    private let mapping: ActivationBudget.Mapping
    private let budget: ActivationBudget

    /// - Throws: ``InferenceError`` where neither memory nor the disk has room.
    init(images: Int, shape: TensorShape, budget: ActivationBudget) throws(InferenceError) {
        self.images = images
        self.shape = shape
        self.budget = budget
        mapping = try budget.map(max(1, images * shape.count * MemoryLayout<Float>.stride))
        values = mapping.bytes.assumingMemoryBound(to: Float.self)
    }

    deinit {
        budget.unmap(mapping)
    }

    /// The first value of an image.
    func image(_ index: Int) -> UnsafeMutablePointer<Float> {
        values + index * shape.count
    }
}
