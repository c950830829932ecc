internal import ArgumentParser
internal import Store

/// `centroid store digest`: a hash over the results, to compare stores by.
struct StoreDigestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Print a hash over all results of the store.",
        discussion: """
            Stores with the same results have the same digest, in whatever order they were made, how often they were \
            interrupted, and on how many processes. Times, places, attempts and the queue are left out.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let digest = try Store.reader(at: store.path).digest()
        if output.json {
            try JSONOutput.print(DigestReport(digest))
            return
        }
        var table = Table(columns: [.text("part"), .number("rows"), .text("sha256")])
        for part in digest.parts {
            table.append([part.name, Figure.count(part.rows), part.sha256])
        }
        print(table.rendered(style: .standardOutput))
        print("\n\(digest.sha256)")
    }
}

/// A digest as JSON.
private struct DigestReport: Encodable {
    struct Part: Encodable {
        let name: String
        let rows: Int
        let sha256: String
    }

    let sha256: String
    let parts: [Part]

    init(_ digest: StoreDigest) {
        sha256 = digest.sha256
        parts = digest.parts.map { Part(name: $0.name, rows: $0.rows, sha256: $0.sha256) }
    }
}
