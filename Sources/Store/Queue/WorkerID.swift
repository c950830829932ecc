/// Names one worker of one process, such as `host/4711/2`: what the store notes as the owner of a lease.
package struct WorkerID: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(stringLiteral value: String) {
        rawValue = value
    }
}
