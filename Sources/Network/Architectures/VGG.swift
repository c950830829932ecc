extension NetworkBlueprint {
    /// Channels of the convolutions, by stage.
    static let vgg11 = [[64], [128], [256, 256], [512, 512], [512, 512]]
    static let vgg16 = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]

    /// The networks of Simonyan and Zisserman (2015) in their form for CIFAR: batch normalisation, and one linear layer
    /// behind the last pooling. Pools average: a maximum has no polynomial here, so that it could not be encrypted.
    static func vgg(_ stages: [[Int]], input: TensorShape, classes: Int) -> NetworkBlueprint {
        var network = BlueprintBuilder(input: input)
        var value = network.input
        for (stage, widths) in stages.enumerated() {
            for (layer, channels) in widths.enumerated() {
                let name = "\(stage + 1)_\(layer + 1)"
                value = network.relu("relu\(name)", network.convolution("conv\(name)", value, to: channels))
            }
            value = network.averagePool("pool\(stage + 1)", value)
        }
        let logits = network.linear("fc", value, to: classes)
        return network.blueprint(output: logits)
    }
}
