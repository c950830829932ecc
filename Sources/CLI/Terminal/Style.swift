internal import Foundation

/// Whether text may carry colours: only on a terminal, and never where `NO_COLOR` is set (no-color.org).
enum Style {
    case plain
    case coloured

    /// The style for standard output.
    static var standardOutput: Style { style(of: STDOUT_FILENO) }

    /// The style for standard error.
    static var standardError: Style { style(of: STDERR_FILENO) }

    private static func style(of descriptor: Int32) -> Style {
        let environment = ProcessInfo.processInfo.environment
        let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        let dumb = environment["TERM"] == "dumb"
        return isatty(descriptor) == 1 && !refused && !dumb ? .coloured : .plain
    }

    func bold(_ text: String) -> String { wrapped(text, code: "1") }
    func dim(_ text: String) -> String { wrapped(text, code: "2") }
    func red(_ text: String) -> String { wrapped(text, code: "31") }

    private func wrapped(_ text: String, code: String) -> String {
        self == .coloured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
