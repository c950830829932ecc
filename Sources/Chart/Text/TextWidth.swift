/// How wide text is in the sans-serif fonts of today's systems, near enough to keep labels apart.
package enum TextWidth {
    /// In the unit of `size`, the font's size.
    package static func of(_ text: String, size: Double) -> Double {
        size * text.unicodeScalars.reduce(0) { $0 + share(of: $1) }
    }

    /// `text`, or its beginning and end around "…" where it is wider than `width`: names of layers differ at both.
    package static func elided(_ text: String, to width: Double, size: Double) -> String {
        guard of(text, size: size) > width else { return text }
        let characters = Array(text)
        for kept in stride(from: characters.count - 1, through: 2, by: -1) {
            let tail = kept * 2 / 3
            let candidate = String(characters.prefix(kept - tail)) + "…" + String(characters.suffix(tail))
            if of(candidate, size: size) <= width { return candidate }
        }
        return "…"
    }

    /// Widths in ems, a little above those of Helvetica.
    private static func share(of scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "I", "|", "!", "'", ".", ",", ":", ";": 0.29
        case "f", "t", "r", "(", ")", "[", "]", "/", "\\", " ", "-": 0.36
        case "m", "w", "M", "W", "%", "@": 0.9
        case "A"..."Z", "&": 0.7
        case "\u{20}"..."\u{7E}": 0.57
        case "\u{A1}"..."\u{2FFF}": 0.66
        default: 1.05
        }
    }
}
