package import Foundation
package import Network
package import Store

extension NewModel {
    /// A model as its file was read.
    ///
    /// - Parameter preprocessing: Canonical JSON.
    package init(
        name: String, onnx: Data, graph: NetworkGraph, preprocessing: String, dataset: String?,
        reference: ReferenceCount?
    ) {
        self.init(
            name: name, onnx: onnx, preprocessing: preprocessing, dataset: dataset,
            inputChannels: graph.inputShape.channels, inputHeight: graph.inputShape.height,
            inputWidth: graph.inputShape.width, classes: graph.classCount, parameters: graph.parameterCount,
            reference: reference,
            layers: graph.sites.map {
                NewLayer(
                    name: $0.name, activation: $0.function, channels: $0.shape.channels, height: $0.shape.height,
                    width: $0.shape.width)
            })
    }
}
