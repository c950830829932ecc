/// An amount of memory such as `8GB`, `500M` or `2GiB`.
struct ByteCount: Hashable, Sendable {
    private static let units: [(suffix: String, factor: Double)] = [
        ("kib", 1024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("tib", 1_099_511_627_776), ("kb", 1e3), ("mb", 1e6),
        ("gb", 1e9), ("tb", 1e12), ("k", 1e3), ("m", 1e6), ("g", 1e9), ("t", 1e12), ("b", 1),
    ]

    let bytes: Int

    init(gibibytes: Int) {
        bytes = gibibytes << 30
    }

    init(parsing text: String) throws(OptionError) {
        let lower = text.lowercased()
        let unit = Self.units.first { lower.hasSuffix($0.suffix) }
        let number = lower.dropLast(unit?.suffix.count ?? 0)
        guard let value = Double(number), value * (unit?.factor ?? 1) >= 1_000_000,
            let bytes = Int(exactly: (value * (unit?.factor ?? 1)).rounded())
        else { throw OptionError("'\(text)' is no amount of memory; write 8GB or 500MB, and at least 1MB") }
        self.bytes = bytes
    }
}

/// Why the value of an option cannot be read.
struct OptionError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
