internal import Foundation

extension ChildProcess {
    /// Starts `command` with `channel` as its standard input and for everything that it writes.
    static func spawn(_ command: WorkerCommand, channel: Int32) -> (process: Int32, error: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for standard in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_adddup2(&actions, channel, standard)
        }

        // Dispatch threads block signals, which a new process would inherit.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let arguments = CStrings(command.arguments)
        let environment = CStrings(environment.map { "\($0.key)=\($0.value)" })
        var process: Int32 = 0
        let error = posix_spawn(
            &process, command.executable, &actions, &attributes, arguments.pointers, environment.pointers)
        return (process, error)
    }

    /// Ours, and what makes a process of one job small and quick to end: no threads that a library would keep for itself,
    /// and no backtrace, which takes seconds.
    private static var environment: [String: String] {
        let ours = ["OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "SWIFT_BACKTRACE": "enable=no"]
        return ProcessInfo.processInfo.environment.merging(ours) { given, _ in given }
    }
}

/// Strings as C wants them, for as long as this lives.
private final class CStrings {
    private(set) var pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) {
        pointers = strings.map { strdup($0) } + [nil]
    }

    deinit {
        for pointer in pointers { free(pointer) }
    }
}
