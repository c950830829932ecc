internal import Foundation

/// Typed access to a node's attributes, with the defaults of the specification given by the caller.
extension ONNXNode {
    func attribute(_ name: String) -> ONNXAttribute? {
        attribute.first { $0.name == name }
    }

    /// A whole number within ``Bounds/attribute``.
    func integer(_ name: String, default value: Int) throws(ModelError) -> Int {
        guard let attribute = attribute(name) else { return value }
        return try bounded(Int(attribute.i), name)
    }

    func flag(_ name: String, default value: Bool) throws(ModelError) -> Bool {
        try integer(name, default: value ? 1 : 0) != 0
    }

    /// Whole numbers within ``Bounds/attribute``, or nil if the file gives none.
    func integers(_ name: String) throws(ModelError) -> [Int]? {
        guard let attribute = attribute(name) else { return nil }
        var values: [Int] = []
        for value in attribute.ints { values.append(try bounded(Int(value), name)) }
        return values
    }

    /// `count` whole numbers.
    func integers(_ name: String, count: Int, default value: Int) throws(ModelError) -> [Int] {
        guard let values = try integers(name) else { return Array(repeating: value, count: count) }
        guard values.count == count else {
            throw .malformedNode(title, reason: "\(name) has \(values.count) numbers and should have \(count)")
        }
        return values
    }

    /// A finite number, or nil if the file gives none.
    func real(_ name: String) throws(ModelError) -> Double? {
        guard let attribute = attribute(name) else { return nil }
        guard !attribute.f.isNaN else { throw .malformedNode(title, reason: "\(name) is not a number") }
        return Double(attribute.f)
    }

    func text(_ name: String, default value: String) -> String {
        attribute(name).map { String(decoding: $0.s, as: UTF8.self).printable } ?? value
    }

    private func bounded(_ value: Int, _ name: String) throws(ModelError) -> Int {
        guard value.magnitude <= Bounds.attribute.magnitude else {
            throw .malformedNode(title, reason: "\(name) is \(value)")
        }
        return value
    }

    /// The error that lists this node.
    func unsupported(_ advice: String) -> ModelError {
        .unsupported([UnsupportedNode(name: title, operation: opType.printable, advice: advice)])
    }

    func mismatch(_ reason: String) -> ModelError {
        .shapeMismatch(node: title, reason: reason)
    }

    func malformed(_ reason: String) -> ModelError {
        .malformedNode(title, reason: reason)
    }
}
