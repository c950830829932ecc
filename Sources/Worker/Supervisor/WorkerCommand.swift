/// How a supervisor starts a worker process.
package struct WorkerCommand: Sendable {
    /// Path of the executable.
    package var executable: String
    /// The name it is started under, and what follows.
    package var arguments: [String]

    package init(executable: String, arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// The executable that runs now, even if its file was replaced meanwhile.
    ///
    /// - Parameter arguments: As ``arguments``.
    package static func same(_ arguments: [String]) -> WorkerCommand {
        WorkerCommand(executable: "/proc/self/exe", arguments: arguments)
    }
}

/// What ended a supervisor's work.
package struct WorkerFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The exit status of the process that gave up; nil if none could be started or none lived long enough.
    package let status: Int32?
    package let description: String
}
