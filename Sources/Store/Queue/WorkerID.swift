/// Names one worker, such as `host/4711@88123/1a2b3c4d-4026531836`: what the store notes as the owner of a lease.
package struct WorkerID: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(stringLiteral value: String) {
        rawValue = value
    }

    package init(_ process: WorkerProcessID) {
        rawValue = "\(process.host)/\(process.number)@\(process.startedAt)/\(process.space)"
    }

    /// The process that the name stands for; nil for a name of another form.
    package var process: WorkerProcessID? {
        let parts = rawValue.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let life = parts[1].split(separator: "@")
        guard life.count == 2, let number = Int32(life[0]), let startedAt = UInt64(life[1]) else { return nil }
        return WorkerProcessID(
            host: String(parts[0]), space: String(parts[2]), number: number, startedAt: startedAt)
    }
}

extension WorkerID: CustomStringConvertible {
    /// For people: "host/4711".
    package var description: String { process.map { "\($0.host)/\($0.number)" } ?? rawValue }
}

/// One life of one process. Its number alone says little: numbers come again, and containers share names of hosts.
package struct WorkerProcessID: Hashable, Sendable {
    package let host: String
    /// Within which numbers of processes mean something: one boot of a machine and one name space of processes.
    package let space: String
    package let number: Int32
    /// In clock ticks since the boot.
    package let startedAt: UInt64

    package init(host: String, space: String, number: Int32, startedAt: UInt64) {
        self.host = host
        self.space = space
        self.number = number
        self.startedAt = startedAt
    }
}
