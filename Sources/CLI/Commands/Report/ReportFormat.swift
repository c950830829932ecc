internal import ArgumentParser
internal import Foundation

/// What `centroid report` writes.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
    /// Tables, for terminals and repositories.
    case markdown
    /// One page with drawings that needs nothing else.
    case html
    /// The same as data.
    case json

    /// The one that a file's name asks for: Markdown where it has no ending.
    init?(ofFile name: String) {
        switch URL(fileURLWithPath: name).pathExtension.lowercased() {
        case "", "md", "markdown", "txt": self = .markdown
        case "html", "htm", "xhtml": self = .html
        case "json": self = .json
        default: return nil
        }
    }
}
