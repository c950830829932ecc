internal import ArgumentParser

/// One of an enumeration's words, as an option takes it.
enum NamedWord {
    /// - Parameter what: What the words are, in the error.
    static func parse<Word: CaseIterable & RawRepresentable<String>>(_ text: String, _ what: String) throws -> Word {
        guard let word = Word(rawValue: text) else {
            throw ValidationError("There is no \(what) '\(text)'; choose from \(list(Word.self)).")
        }
        return word
    }

    /// All of them, for a help text.
    static func list<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> String {
        type.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
