package import Foundation
package import Approx

/// A trained network as the store keeps it, without its file.
package struct ModelRecord: Hashable, Sendable {
    package let id: ModelID
    package let name: String
    /// SHA-256 of the ONNX file.
    package let sha256: String
    /// SHA-256 over the file's digest and the preprocessing: what results depend on.
    package let identity: String
    /// Canonical JSON.
    package let preprocessing: String
    /// Name of the data set it was trained on, if it was given.
    package let dataset: String?
    package let inputChannels: Int
    package let inputHeight: Int
    package let inputWidth: Int
    package let classes: Int
    package let parameters: Int
    package let reference: ReferenceCount?
    package let createdAt: Timestamp
}

/// Test images that a model was recorded to classify correctly, by whoever trained it.
package struct ReferenceCount: Hashable, Codable, Sendable {
    package let correct: Int
    package let images: Int

    package init(correct: Int, images: Int) {
        self.correct = correct
        self.images = images
    }
}

/// A model to be added.
package struct NewModel: Sendable {
    package var name: String
    /// The whole ONNX file.
    package var onnx: Data
    /// Canonical JSON, as ``CanonicalJSON/text(of:)`` makes it: the identity of the model is taken over its bytes.
    package var preprocessing: String
    /// Name of the data set it was trained on, which may be added later.
    package var dataset: String?
    package var inputChannels: Int
    package var inputHeight: Int
    package var inputWidth: Int
    package var classes: Int
    package var parameters: Int
    package var reference: ReferenceCount?
    /// In topological order.
    package var layers: [NewLayer]

    package init(
        name: String, onnx: Data, preprocessing: String, dataset: String?, inputChannels: Int, inputHeight: Int,
        inputWidth: Int, classes: Int, parameters: Int, reference: ReferenceCount?, layers: [NewLayer]
    ) {
        self.name = name
        self.onnx = onnx
        self.preprocessing = preprocessing
        self.dataset = dataset
        self.inputChannels = inputChannels
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.classes = classes
        self.parameters = parameters
        self.reference = reference
        self.layers = layers
    }
}

/// An activation site of a model.
package struct LayerRecord: Hashable, Sendable {
    package let id: LayerID
    package let model: ModelID
    /// From 0, in topological order.
    package let position: Int
    package let name: String
    package let activation: ActivationFunction
    package let channels: Int
    package let height: Int
    package let width: Int
}

/// A layer to be added with its model.
package struct NewLayer: Hashable, Sendable {
    package var name: String
    package var activation: ActivationFunction
    package var channels: Int
    package var height: Int
    package var width: Int

    package init(name: String, activation: ActivationFunction, channels: Int, height: Int, width: Int) {
        self.name = name
        self.activation = activation
        self.channels = channels
        self.height = height
        self.width = width
    }
}
