internal import ArgumentParser

/// What a model or a data set may be called: something that fits into a table, a shell and a file name.
enum EntryName {
    /// - Throws: `ValidationError` that says what is allowed.
    static func validate(_ name: String, of kind: String) throws {
        let allowed = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard allowed, (1...64).contains(name.count) else {
            let shown = String(
                String.UnicodeScalarView(name.unicodeScalars.prefix(64).filter { $0.value >= 32 && $0.value != 127 }))
            throw ValidationError(
                "'\(shown)' cannot name a \(kind): use 1 to 64 letters, digits, '-', '_' or '.'.")
        }
    }
}
