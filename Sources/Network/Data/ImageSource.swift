/// What each format of data set offers: its shape and counts at once, its images part by part.
protocol ImageSource {
    var format: DatasetFormat { get }
    /// Shape of every image.
    var shape: TensorShape { get }
    /// Names of the classes, by label.
    var classes: [String] { get }
    /// Files whose bytes make the fingerprint, in a fixed order: the name that enters it, and the path.
    var files: [(name: String, path: String)] { get }

    /// Images in `part`.
    func count(of part: Part) -> Int

    /// Reads the images of `range` within `part`, and no file that holds none of them.
    func images(_ part: Part, _ range: Range<Int>) throws(DataError) -> ImageSet
}
