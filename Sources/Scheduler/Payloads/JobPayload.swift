package import Store

/// What a handler reads: everything that its result depends on, named by checksum, key or position, so that it means
/// the same in a copy of the store.
package protocol JobPayload: Codable, Hashable, Sendable {
    /// The kind of the jobs that carry it.
    static var kind: JobKind { get }
}

extension JobPayload {
    /// The unique key of the job: its kind and a hash of the canonical payload.
    ///
    /// - Throws: ``StoreError/unencodable(_:_:)`` if it holds what JSON cannot.
    package func key() throws(StoreError) -> String {
        "\(Self.kind)/\(try CanonicalJSON.hash(of: self))"
    }
}

/// The calibration images that a fit is made from: so many from the start of the calibration set.
package struct Calibration: Codable, Hashable, Sendable {
    /// Fingerprint of the data set.
    package var dataset: String
    package var images: Int

    package init(dataset: String, images: Int) {
        self.dataset = dataset
        self.images = images
    }

    /// Images in a shard. Chunks begin at multiples of it, so that a larger calibration set reuses the whole ones.
    package static let chunk = 500

    /// The ranges that are captured one by one, and merged in this order.
    package var ranges: [Range<Int>] {
        stride(from: 0, to: images, by: Self.chunk).map { $0..<min($0 + Self.chunk, images) }
    }
}

/// The images that an evaluation runs over: so many from the start of a split.
package struct ImageSelection: Codable, Hashable, Sendable {
    /// Fingerprint of the data set.
    package var dataset: String
    package var split: SplitName
    package var images: Int

    package init(dataset: String, split: SplitName, images: Int) {
        self.dataset = dataset
        self.split = split
        self.images = images
    }

    /// The same in the store's words.
    package var evaluationImages: EvaluationImages {
        EvaluationImages(dataset: dataset, split: split, range: 0..<images)
    }
}
