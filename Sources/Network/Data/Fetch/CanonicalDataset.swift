/// A public data set: where it lies, and the checksums that its files must have.
///
/// The checksums are of the unpacked files, so that a mirror which packed them anew is as good as the original.
package struct CanonicalDataset: Sendable {
    /// One file after unpacking.
    package struct Content: Hashable, Sendable {
        /// Its name, without directories.
        package var name: String
        /// SHA-256 as 64 lower-case hexadecimal digits.
        package var checksum: String

        /// A file that is to have `checksum`.
        package init(name: String, checksum: String) {
            self.name = name
            self.checksum = checksum
        }
    }

    /// One file to fetch.
    package struct Download: Hashable, Sendable {
        /// What comes out of it.
        package enum Kind: Hashable, Sendable {
            /// A `.gz` file that stays packed and holds this.
            case gzip(Content)
            /// A `.tar.gz` file of which these are taken out, by the last part of their names.
            case archive([Content])
        }

        /// Name at the mirrors.
        package var name: String
        /// Bytes to fetch, to show progress by.
        package var bytes: Int
        /// What comes out of it, with checksums.
        package var kind: Kind

        /// A file at every mirror.
        package init(name: String, bytes: Int, kind: Kind) {
            self.name = name
            self.bytes = bytes
            self.kind = kind
        }
    }

    /// Its name in commands.
    package var name: String
    /// URLs to which a file's name is added, tried in turn.
    package var mirrors: [String]
    /// The files to fetch.
    package var downloads: [Download]

    /// A data set that can be fetched.
    package init(name: String, mirrors: [String], downloads: [Download]) {
        self.name = name
        self.mirrors = mirrors
        self.downloads = downloads
    }

    /// All that can be fetched.
    package static let all = [mnist, cifar10]

    /// Handwritten digits, 28 x 28 grey: 60,000 + 10,000.
    package static let mnist = CanonicalDataset(
        name: "mnist",
        mirrors: [
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ],
        downloads: [
            gzip(
                "train-images-idx3-ubyte", 9_912_422,
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            gzip(
                "train-labels-idx1-ubyte", 28_881,
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            gzip(
                "t10k-images-idx3-ubyte", 1_648_877,
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            gzip(
                "t10k-labels-idx1-ubyte", 4_542,
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        ])

    /// Photographs of ten classes, 32 x 32 in colour: 50,000 + 10,000.
    package static let cifar10 = CanonicalDataset(
        name: "cifar10",
        mirrors: [
            "https://www.cs.toronto.edu/~kriz/",
            "https://cave.cs.toronto.edu/kriz/",
            "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
        ],
        downloads: [
            Download(
                name: "cifar-10-binary.tar.gz",
                bytes: 170_052_171,
                kind: .archive([
                    Content(
                        name: "data_batch_1.bin",
                        checksum: "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
                    Content(
                        name: "data_batch_2.bin",
                        checksum: "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
                    Content(
                        name: "data_batch_3.bin",
                        checksum: "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
                    Content(
                        name: "data_batch_4.bin",
                        checksum: "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
                    Content(
                        name: "data_batch_5.bin",
                        checksum: "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
                    Content(
                        name: "test_batch.bin",
                        checksum: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
                ]))
        ])

    private static func gzip(_ name: String, _ bytes: Int, _ checksum: String) -> Download {
        Download(name: name + ".gz", bytes: bytes, kind: .gzip(Content(name: name, checksum: checksum)))
    }
}
