internal import Approx

/// Digits that the project draws itself: 28 x 28 grey images, the same bytes on every machine, no file needed.
///
/// They stand in for MNIST where neither it nor a network is at hand. Several ways of writing each digit are turned,
/// sheared, stretched and shifted at random, with wobbling strokes, faint ink, stray lines and noise, so that a small
/// network gets most of them right but not all.
package struct RenderedDigits: ImageSource, Sendable {
    /// The one that ``Dataset`` opens.
    static let standard = RenderedDigits()

    /// SHA-256 over the pixels and the labels of the training part, then of the test part.
    ///
    /// A test generates all images and compares, so a change to the drawing can not go unnoticed.
    static let fingerprint = "4ec467e6c7b4da4cb9690c65ef424e31d7582fa8c788536ec36eae47c521bd40"

    let format = DatasetFormat.digits
    let shape = TensorShape(channels: 1, height: DigitPainter.side, width: DigitPainter.side)
    let classes = (0..<10).map(String.init)
    let files: [(name: String, path: String)] = []

    func count(of part: Part) -> Int { part == .training ? 12_000 : 2_000 }

    /// Draws the images of `range`; each has its own seed, so any part costs no more than itself.
    func images(_ part: Part, _ range: Range<Int>) throws(DataError) -> ImageSet {
        let chunk = 128
        return try .bytes(shape: shape, count: range.count) { slots throws(DataError) in
            try forEachConcurrently((range.count + chunk - 1) / chunk) { index throws(DataError) in
                for place in index * chunk..<min((index + 1) * chunk, range.count) {
                    var painter = DigitPainter(seed: Self.seed(part, range.lowerBound + place))
                    slots.labels[place] = Int32(painter.paint(into: slots[place]))
                }
            }
        }
    }

    private static func seed(_ part: Part, _ index: Int) -> UInt64 {
        var generator = SplitMix64(seed: UInt64(index) << 1 | (part == .training ? 0 : 1))
        return generator.next()
    }
}
