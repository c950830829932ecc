extension NetworkBlueprint {
    /// LeNet-5 (LeCun, Bottou, Bengio and Haffner 1998) as it is usually built today: ReLU, average pooling, two borders
    /// of zeros around images of 28 x 28, and no normalisation.
    static func lenet5(input: TensorShape, classes: Int) -> NetworkBlueprint {
        var network = BlueprintBuilder(input: input)
        var value = network.convolution("conv1", network.input, to: 6, kernel: 5, border: 2, isNormalised: false)
        value = network.averagePool("pool1", network.relu("relu1", value))
        value = network.convolution("conv2", value, to: 16, kernel: 5, border: 0, isNormalised: false)
        value = network.averagePool("pool2", network.relu("relu2", value))
        value = network.relu("relu3", network.linear("fc1", value, to: 120))
        value = network.relu("relu4", network.linear("fc2", value, to: 84))
        let logits = network.linear("fc3", value, to: classes)
        return network.blueprint(output: logits)
    }
}
