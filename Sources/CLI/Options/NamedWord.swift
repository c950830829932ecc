internal import ArgumentParser

/// One of an enumeration's words, as an option takes it.
enum NamedWord {
    /// - Parameter what: What the words are, in the error.
    static func parse<Word: CaseIterable & RawRepresentable<String>>(_ text: String, _ what: String) throws -> Word {
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("There is no \(what) '\(text)'; choose from \(known).")
        }
        return word
    }
}
