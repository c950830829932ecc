extension NetworkBlueprint {
    /// The residual networks for CIFAR of He, Zhang, Ren and Sun (2016): 6 n + 2 layers in three stages of 16, 32 and 64
    /// channels. Shortcuts between stages have no parameters: they subsample and pad with zeros (option A).
    ///
    /// - Parameter blocks: In each stage: n.
    static func resnet(blocks: Int, input: TensorShape, classes: Int) -> NetworkBlueprint {
        var network = BlueprintBuilder(input: input)
        var value = network.relu("relu1", network.convolution("conv1", network.input, to: 16))
        for (stage, channels) in [16, 32, 64].enumerated() {
            for block in 0..<blocks {
                let name = "layer\(stage + 1).\(block)"
                let halves = stage > 0 && block == 0
                var branch = network.convolution("\(name).conv1", value, to: channels, stride: halves ? 2 : 1)
                branch = network.relu("\(name).relu1", branch)
                branch = network.convolution("\(name).conv2", branch, to: channels)
                let shortcut = halves ? network.halved("\(name).shortcut", value) : value
                value = network.relu("\(name).relu2", network.sum("\(name).add", branch, shortcut))
            }
        }
        let logits = network.linear("fc", network.globalAverage("mean", value), to: classes)
        return network.blueprint(output: logits)
    }
}
