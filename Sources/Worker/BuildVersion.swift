internal import CBuild

/// What made a result: kept beside every timing.
package enum BuildVersion {
    package static let number = "0.1.0"

    /// The git commit of the build; "+" behind it says that the tree had changes.
    package static var commit: String { String(cString: centroid_build_commit()) }

    /// "0.1.0 (1a2b3c4d5e6f)".
    package static var description: String { text(number, commit: commit) }

    /// A version as people read it, this one or another.
    package static func text(_ number: String, commit: String) -> String {
        "\(number) (\(commit.prefix(12))\(commit.hasSuffix("+") && commit.count > 12 ? "+" : ""))"
    }
}
