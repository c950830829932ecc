extension Program.Box {
    /// All of a tensor, into one of the same shape.
    static func whole(_ shape: TensorShape) -> Program.Box {
        Program.Box(
            channel: Axis(from: 0, step: 1, to: 0, count: shape.channels),
            height: Axis(from: 0, step: 1, to: 0, count: shape.height),
            width: Axis(from: 0, step: 1, to: 0, count: shape.width))
    }

    init(_ slice: Operation.Slice) {
        func axis(_ slice: Operation.Slice.Axis) -> Axis {
            Axis(from: slice.start, step: slice.step, to: 0, count: slice.count)
        }
        self.init(channel: axis(slice.channel), height: axis(slice.height), width: axis(slice.width))
    }

    /// The tensor inside its padding; where that is negative, what it leaves of the tensor.
    init(_ pad: Operation.Pad, of shape: TensorShape) {
        func axis(_ pad: Operation.Pad.Axis, _ count: Int) -> Axis {
            let from = max(0, -pad.before)
            return Axis(
                from: from, step: 1, to: max(0, pad.before), count: max(0, count - from - max(0, -pad.after)))
        }
        self.init(
            channel: axis(pad.channel, shape.channels), height: axis(pad.height, shape.height),
            width: axis(pad.width, shape.width))
    }

    /// One tensor after the other along the channels.
    static func stacking(_ shapes: [TensorShape]) -> [Program.Box] {
        var channels = 0
        return shapes.map { shape in
            var box = whole(shape)
            box.channel.to = channels
            channels += shape.channels
            return box
        }
    }
}
