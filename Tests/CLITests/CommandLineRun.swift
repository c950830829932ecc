import Foundation
import Testing

/// One run of the built `centroid`, in a folder of its own.
struct CommandLineRun {
    let status: Int32
    let output: String
    let errors: String

    /// The one line that a failed command leaves.
    var message: String { errors.trimmingCharacters(in: .whitespacesAndNewlines) }
}

/// A temporary folder with a store path in it; removed when the last reference goes.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "centroid-cli-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// With a store that has the built-in digits and the network that the project ships, as `lenet`.
    static func withLeNet() throws -> Folder {
        let folder = try Folder()
        #expect(try folder.centroid("init").status == 0)
        #expect(try folder.centroid("data", "add", "digits", "--built-in").status == 0)
        #expect(
            try folder.centroid("model", "add", model, "--preprocess", preprocessing, "--name", "lenet").status == 0)
        return folder
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Runs `centroid` with this folder's store.
    func centroid(_ arguments: String...) throws -> CommandLineRun {
        try run(arguments)
    }

    func run(_ arguments: [String]) throws -> CommandLineRun {
        try Self.run(Self.binary, arguments, in: path)
    }

    /// Starts `centroid` with this folder's store, and leaves it running; nobody reads what it says.
    func start(_ arguments: String...) throws -> Process { try start(arguments) }

    func start(_ arguments: [String]) throws -> Process {
        let process = Self.process(Self.binary, arguments, in: path)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Waits until `condition` holds, for a generous while.
    func wait(for what: String, until condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !condition() {
            try #require(ContinuousClock.now < deadline, "\(what) did not happen")
            usleep(5000)
        }
    }

    /// Runs a shell script in which `$CENTROID` is the binary.
    func shell(_ script: String) throws -> CommandLineRun {
        try Self.run("/bin/bash", ["-c", script], in: path)
    }

    /// Changes the store behind the program's back.
    func sqlite(_ statement: String) throws {
        let script = "import sqlite3, sys; d = sqlite3.connect('centroid.db'); d.execute(sys.argv[1]); d.commit()"
        try script.write(toFile: file("change.py"), atomically: true, encoding: .utf8)
        try statement.write(toFile: file("change.sql"), atomically: true, encoding: .utf8)
        let run = try shell("python3 change.py \"$(cat change.sql)\"")
        #expect(run.status == 0, "\(run.errors)")
    }

    /// The product lies beside the test bundle.
    static var binary: String {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("centroid").path
    }

    /// The model that the project ships, and its preprocessing.
    static var model: String { root.appendingPathComponent("Models/lenet5-digits.onnx").path }
    static var preprocessing: String { root.appendingPathComponent("Models/lenet5-digits.json").path }

    private static var root: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    private static func process(_ executable: String, _ arguments: [String], in folder: String) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        var environment = ProcessInfo.processInfo.environment
        environment["CENTROID_STORE"] = "\(folder)/centroid.db"
        environment["CENTROID"] = binary
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        return process
    }

    private static func run(_ executable: String, _ arguments: [String], in folder: String) throws -> CommandLineRun {
        let process = process(executable, arguments, in: folder)
        // Files instead of pipes: neither stream can fill up and stop the process.
        let streams = ["output", "errors"].map { "\(folder)/.\($0)-\(UUID().uuidString)" }
        for stream in streams { try Data().write(to: URL(fileURLWithPath: stream)) }
        process.standardOutput = FileHandle(forWritingAtPath: streams[0])
        process.standardError = FileHandle(forWritingAtPath: streams[1])
        try process.run()
        process.waitUntilExit()
        let texts = try streams.map { try String(contentsOfFile: $0, encoding: .utf8) }
        return CommandLineRun(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }
}
