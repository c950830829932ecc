/// Where the window of a convolution or pool stands on an image, and how many places it takes.
struct WindowPlacement {
    let window: Operation.Window
    /// Rows of the result.
    let height: Int
    /// Columns of the result.
    let width: Int
    /// Whether the file asked for padding, not counting what rounding up added.
    let isPadded: Bool
    /// Whether rounding up added places that read beyond the padded image.
    let isExtended: Bool

    /// One axis: how many places, with which padding.
    private struct Axis {
        var places: Int
        var before: Int
        var after: Int
        var isExtended: Bool
    }

    init(_ node: ONNXNode, kernel: [Int], on shape: TensorShape) throws(ModelError) {
        let strides = try node.integers("strides", count: 2, default: 1)
        let dilations = try node.integers("dilations", count: 2, default: 1)
        let pads = try node.integers("pads", count: 4, default: 0)
        guard (kernel + strides + dilations).allSatisfy({ $0 > 0 }), pads.allSatisfy({ $0 >= 0 }) else {
            throw node.malformed("kernel \(kernel), strides \(strides), dilations \(dilations), pads \(pads)")
        }
        let roundsUp = try node.flag("ceil_mode", default: false)
        let automatic = node.text("auto_pad", default: "NOTSET")
        var axes: [Axis] = []
        for (index, size) in [shape.height, shape.width].enumerated() {
            // Both factors are below 2^31 + 1.
            let reach = (kernel[index] - 1) * dilations[index] + 1
            let stride = strides[index]
            let axis: Axis
            switch automatic {
            case "NOTSET", "":
                axis = Self.explicit(
                    size, reach, stride, before: pads[index], after: pads[index + 2], roundsUp: roundsUp)
            case "VALID":
                axis = Self.explicit(size, reach, stride, before: 0, after: 0, roundsUp: roundsUp)
            case "SAME_UPPER", "SAME_LOWER":
                axis = Self.same(size, reach, stride, moreAfter: automatic == "SAME_UPPER")
            default:
                throw node.malformed("auto_pad is \"\(automatic)\"")
            }
            guard axis.places > 0 else {
                throw node.mismatch("a window that spans \(reach) does not fit an image of \(shape)")
            }
            axes.append(axis)
        }
        self.window = Operation.Window(
            kernelHeight: kernel[0], kernelWidth: kernel[1], strideHeight: strides[0], strideWidth: strides[1],
            dilationHeight: dilations[0], dilationWidth: dilations[1],
            top: axes[0].before, left: axes[1].before, bottom: axes[0].after, right: axes[1].after
        )
        self.height = axes[0].places
        self.width = axes[1].places
        self.isExtended = axes.contains(where: \.isExtended)
        self.isPadded =
            automatic.hasPrefix("SAME")
            ? axes.contains { $0.before + $0.after > 0 } : automatic != "VALID" && pads.contains { $0 > 0 }
    }

    private static func explicit(
        _ size: Int, _ reach: Int, _ stride: Int, before: Int, after: Int, roundsUp: Bool
    ) -> Axis {
        let room = size + before + after - reach
        guard room >= 0 else { return Axis(places: 0, before: before, after: after, isExtended: false) }
        var places = room / stride + 1
        if roundsUp && room % stride != 0 && places * stride < size + before {
            // The last place must begin on the image or the padding before it.
            places += 1
            let missing = (places - 1) * stride - room
            return Axis(places: places, before: before, after: after + missing, isExtended: true)
        }
        return Axis(places: places, before: before, after: after, isExtended: false)
    }

    private static func same(_ size: Int, _ reach: Int, _ stride: Int, moreAfter: Bool) -> Axis {
        let places = (size - 1) / stride + 1
        let padding = max((places - 1) * stride + reach - size, 0)
        let less = padding / 2
        return Axis(
            places: places, before: moreAfter ? less : padding - less, after: moreAfter ? padding - less : less,
            isExtended: false
        )
    }
}
