package import Store

/// What a worker does for one kind of job.
///
/// A handler computes and reads the store as it likes, but writes only through the closure it returns, which runs in
/// the transaction that ends the job. What it computes depends on the payload and the store's contents alone.
package protocol JobHandler: Sendable {
    var kind: JobKind { get }

    /// Does the work, on the calling thread or from it on as many as the context allows.
    ///
    /// - Returns: Writes the results.
    /// - Throws: Any error; ``JobFailure`` says whether another attempt could end otherwise.
    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult
}

/// What a handler leaves behind.
package struct JobResult: Sendable {
    /// Images that went through the network, for the timing.
    package var images: Int?
    package var write: @Sendable (ResultWriter) throws(StoreError) -> Void

    package init(images: Int? = nil, write: @escaping @Sendable (ResultWriter) throws(StoreError) -> Void) {
        self.images = images
        self.write = write
    }
}

/// An error that ends the same way however often the job is tried.
package struct JobFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
