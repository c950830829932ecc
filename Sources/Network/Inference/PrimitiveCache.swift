internal import Approx
internal import Synchronization

/// The compiled operations of one network, shared by all its programs so that weights are held once.
final class PrimitiveCache: Sendable {
    private struct Key: Hashable {
        var node: Int
        var epilogue: Primitive.Epilogue
        /// Nil where the primitive chooses its layout itself.
        var input: BatchTensor?
    }

    private let primitives = Mutex<[Key: Primitive]>([:])

    /// The primitive of a node, made by `make` unless there is one.
    ///
    /// - Parameter input: What it reads, where its layout follows that.
    func primitive(
        node: Int, epilogue: Primitive.Epilogue, input: BatchTensor? = nil,
        make: () throws(InferenceError) -> Primitive
    ) throws(InferenceError) -> Primitive {
        let key = Key(node: node, epilogue: epilogue, input: input)
        if let found = primitives.withLock({ $0[key] }) { return found }
        // Two threads may make the same one; the first stays.
        let made = try make()
        return primitives.withLock { primitives in
            if let found = primitives[key] { return found }
            primitives[key] = made
            return made
        }
    }
}
