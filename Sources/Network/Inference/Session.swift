internal import Approx
internal import CDNNL

/// The memory in which one thread runs programs of one network.
///
/// `@unchecked Sendable`: a session is used by one thread at a time. ``SessionPool`` hands each out to one caller, and
/// takes it back when that caller is done; its lock orders the two.
final class Session: @unchecked Sendable {
    private let stream: Primitive.Stream
    private var buffers: [AlignedBuffer] = []
    private var scratch: AlignedBuffer?

    init() throws(InferenceError) {
        stream = try Primitive.Stream()
    }

    /// Makes room for a program. What the buffers held is lost.
    func prepare(for program: Program) throws(InferenceError) {
        for (index, size) in program.bufferSizes.enumerated() {
            let bytes = size * MemoryLayout<Float>.stride
            if index == buffers.count {
                buffers.append(try AlignedBuffer(byteCount: bytes))
            } else if buffers[index].byteCount < bytes {
                buffers[index] = try AlignedBuffer(byteCount: bytes)
            }
        }
        if program.scratchSize > scratch?.byteCount ?? 0 {
            scratch = try AlignedBuffer(byteCount: program.scratchSize)
        }
        cdnnl_use_calling_thread_only()
    }

    /// Where a tensor of the program stands.
    func values(of slot: Int, in program: Program) -> UnsafeMutablePointer<Float> {
        buffers[program.slots[slot].buffer].floats
    }

    /// Runs steps of a program for which the session was prepared last.
    ///
    /// - Parameters:
    ///   - steps: All, or a part whose inputs an earlier run has left in place.
    ///   - images: How many images of the batch are real; the others' results mean nothing.
    ///   - replacements: What stands in for the function of each site; those sites are on their own in the program.
    ///   - marks: What the replacements meet.
    func run(
        _ program: Program, steps: Range<Int>, images: Int, replacing replacements: [PolynomialTable?] = [],
        marks: inout BatchMarks
    ) throws(InferenceError) {
        for step in program.steps[steps] {
            try run(step, of: program, images: images, replacements: replacements, marks: &marks)
        }
    }

    private func run(
        _ step: Program.Step, of program: Program, images: Int, replacements: [PolynomialTable?],
        marks: inout BatchMarks
    ) throws(InferenceError) {
        let input = values(of: step.inputs[0], in: program)
        let output = values(of: step.output, in: program)
        let from = program.slots[step.inputs[0]].tensor
        let to = program.slots[step.output].tensor
        switch step.work {
        case .primitive(let primitive):
            try primitive.run(step.name, on: stream, input, output, scratch: scratch?.bytes)
        case .copy(let boxes, let clears):
            if clears { output.update(repeating: 0, count: to.count) }
            for (slot, box) in zip(step.inputs, boxes) {
                var source = program.slots[slot].tensor.described
                var target = to.described
                cdnnl_copy(
                    &source, values(of: slot, in: program), &target, output, box.channel.described,
                    box.height.described, box.width.described)
            }
        case .add:
            cdnnl_add(input, values(of: step.inputs[1], in: program), output, to.count)
        case .affine(let scale, let shift):
            var tensor = to.described
            cdnnl_affine(&tensor, input, output, scale, shift)
        case .globalAverage:
            var tensor = from.described
            cdnnl_global_average(&tensor, input, output)
        case .activation(let site, let primitive):
            if replacements.indices.contains(site), let table = replacements[site] {
                table.apply(to, images: images, input, output, site: site, marks: &marks)
            } else if let primitive {
                try primitive.run(step.name, on: stream, input, output, scratch: scratch?.bytes)
            } else {
                cdnnl_erf(input, output, to.count)
            }
        }
    }
}

/// Memory on a cache line's boundary, freed with its last owner.
final class AlignedBuffer {
    let byteCount: Int
    let bytes: UnsafeMutableRawPointer

    init(byteCount: Int) throws(InferenceError) {
        // The C library's allocator instead of Swift's, which stops the process where memory ends.
        guard let bytes = cdnnl_allocate(byteCount) else { throw .outOfMemory(bytes: byteCount) }
        self.byteCount = byteCount
        self.bytes = bytes
    }

    deinit {
        cdnnl_free(bytes)
    }

    var floats: UnsafeMutablePointer<Float> { bytes.assumingMemoryBound(to: Float.self) }
}

extension Program.Box.Axis {
    var described: cdnnl_axis {
        cdnnl_axis(from: Int32(from), step: Int32(step), to: Int32(to), count: Int32(count))
    }
}
