/// What a job does; the worker has one handler for each kind.
///
/// Kinds are open-ended: the scheduler names the ones it makes.
package struct JobKind: RawRepresentable, Hashable, Codable, Sendable, ExpressibleByStringLiteral {
    /// Lower-case letters, digits and hyphens, such as `evaluate-plan`.
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(stringLiteral value: String) {
        rawValue = value
    }
}

extension JobKind: CustomStringConvertible {
    package var description: String { rawValue }
}
