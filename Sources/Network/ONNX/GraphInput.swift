/// The one input of the network: its shape, and where the file keeps the channels.
struct GraphInput {
    let name: String
    let layout: ONNXInterface.Layout
    let view: TensorView
    /// The batch size that the file was exported with, where it has one.
    let fixedBatch: Int?

    /// - Parameter readers: The nodes that read a tensor.
    init(_ info: ONNXValueInfo, readers: [String: [ONNXNode]]) throws(ModelError) {
        let title = info.name.printable
        let type = info.type.tensorType
        guard case .tensorType? = info.type.value, let element = TensorElement(rawValue: type.elemType),
            element.isReal || element == .uint8
        else {
            throw .inputShape(title, reason: "it is not a tensor of reals or bytes; export a model that takes images")
        }
        guard type.hasShape, (2...4).contains(type.shape.dim.count) else {
            throw .inputShape(
                title,
                reason: "it has \(type.shape.dim.count) dimensions; a batch of images has 4 and one of vectors 2")
        }
        var sizes: [Int] = []
        for (axis, dimension) in type.shape.dim.enumerated().dropFirst() {
            guard case .dimValue(let size)? = dimension.value else {
                let symbol = dimension.dimParam.isEmpty ? "unknown" : "\"\(dimension.dimParam.printable)\""
                throw .inputShape(
                    title,
                    reason:
                        "dimension \(axis) is \(symbol); only the batch may be open, so export with a fixed image size")
            }
            guard size > 0, size <= Int64(Bounds.tensor) else {
                throw .inputShape(title, reason: "dimension \(axis) is \(size); it must be from 1 to \(Bounds.tensor)")
            }
            sizes.append(Int(size))
        }
        guard Bounds.count(sizes, limit: Bounds.tensor) != nil else {
            throw .tooLarge(title, reason: "an image may have at most \(Bounds.tensor) values")
        }
        self.name = info.name
        self.layout =
            switch sizes.count {
            case 1: .vector
            case 2: .grey
            default: Self.hasChannelsLast(info.name, sizes, readers) ? .channelsLast : .channelsFirst
            }
        self.view = Self.view(of: sizes, layout)
        if case .dimValue(let batch)? = type.shape.dim[0].value, batch > 0 {
            self.fixedBatch = Int(batch)
        } else {
            self.fixedBatch = nil
        }
    }

    private static func view(of sizes: [Int], _ layout: ONNXInterface.Layout) -> TensorView {
        switch layout {
        case .vector:
            TensorView(vector: TensorShape(channels: sizes[0]))
        case .grey:
            TensorView(
                groups: [[.batch], [.height], [.width]],
                shape: TensorShape(channels: 1, height: sizes[0], width: sizes[1]))
        case .channelsLast:
            TensorView(
                groups: [[.batch], [.height], [.width], [.channel]],
                shape: TensorShape(channels: sizes[2], height: sizes[0], width: sizes[1]))
        case .channelsFirst:
            TensorView(image: TensorShape(channels: sizes[0], height: sizes[1], width: sizes[2]))
        }
    }

    /// Follows the image to the first node that needs to know: Keras models turn it there to channels first.
    private static func hasChannelsLast(_ name: String, _ sizes: [Int], _ readers: [String: [ONNXNode]]) -> Bool {
        var seen: Set<String> = []
        var waiting = [name]
        while let tensor = waiting.popLast() {
            guard seen.insert(tensor).inserted else { continue }
            for node in readers[tensor] ?? [] {
                switch node.opType {
                case "Transpose": return node.attribute("perm")?.ints == [0, 3, 1, 2]
                case "Conv", "MaxPool", "AveragePool", "BatchNormalization", "GlobalAveragePool": return false
                case "Add", "Sub", "Mul", "Div", "Cast", "Identity", "Pad": waiting += node.output.prefix(1)
                default: break
                }
            }
        }
        return sizes[2] <= 4 && sizes[0] > 4
    }
}
