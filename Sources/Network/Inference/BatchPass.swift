internal import Approx
internal import CDNNL

/// One batch on its way through a program. Valid while its session is lent.
struct BatchPass {
    let program: Program
    let session: Session
    /// The images of the set that fill the batch, from its first place on.
    let images: Range<Int>
    let classCount: Int
    let sites: Int

    /// Writes the images, preprocessed, and zeros for the rest of the batch.
    func fill(_ set: ImageSet, preprocessing: Preprocessing) {
        let input = session.values(of: program.input, in: program)
        set.write(images, preprocessing: preprocessing, into: input)
        let written = images.count * set.shape.count
        (input + written).update(repeating: 0, count: program.batch * set.shape.count - written)
    }

    /// Nothing met so far, but that images with an input that is not finite have escaped.
    ///
    /// To be asked before the program runs, which may write over its input.
    var inputMarks: BatchMarks {
        var marks = BatchMarks(images: program.batch, sites: sites)
        let values = program.slots[program.input].tensor.shape.count
        cdnnl_flag_nonfinite(session.values(of: program.input, in: program), images.count, values, &marks.escaped)
        return marks
    }

    /// Runs all steps, or a part.
    func run(
        _ steps: Range<Int>? = nil, replacing replacements: [PolynomialTable?] = [], marks: inout BatchMarks
    ) throws(InferenceError) {
        try session.run(
            program, steps: steps ?? program.steps.indices, images: images.count, replacing: replacements,
            marks: &marks)
    }

    /// What the last step left, for the real images only.
    var logits: UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(
            start: session.values(of: program.output, in: program), count: images.count * classCount)
    }
}
