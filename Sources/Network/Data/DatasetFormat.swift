/// How a data set lies on disk.
package enum DatasetFormat: String, Codable, CaseIterable, Sendable {
    /// A directory of CIFAR-10 or CIFAR-100 binary files, plain or `.gz`.
    case cifarBinary = "cifar-binary"
    /// A directory of the four MNIST idx files, plain or `.gz`.
    case idx
    /// One NumPy archive, or a directory with `train.npz` and `test.npz`.
    case npz
    /// `train/CLASS/*` and `test/CLASS/*`, PNG or JPEG.
    case imageFolders = "image-folders"
    /// Digits that the project draws itself; no file is read.
    case digits = "rendered-digits"
}
