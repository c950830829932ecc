internal import Foundation

/// log softmax(logits / temperature), without overflow.
package struct LogSoftmax {
    private let logits: UnsafeBufferPointer<Float>
    private let temperature: Double
    private let offset: Double

    /// - Parameter logits: Of one image, one per class; they are read as long as this is used.
    package init(_ logits: UnsafeBufferPointer<Float>, temperature: Double = 1) {
        let largest = logits.reduce(-Double.infinity) { max($0, Double($1) / temperature) }
        offset = largest + log(logits.reduce(0) { $0 + exp(Double($1) / temperature - largest) })
        self.logits = logits
        self.temperature = temperature
    }

    package subscript(index: Int) -> Double { Double(logits[index]) / temperature - offset }
}
