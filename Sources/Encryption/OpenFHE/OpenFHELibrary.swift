internal import COpenFHE
internal import Foundation

/// OpenFHE, through the plugin that `make openfhe` builds.
package struct OpenFHELibrary: Sendable {
    /// Of the plugin's own, which is never unloaded.
    let functions: centroid_openfhe

    /// Names the plugin in the environment.
    package static let variable = "CENTROID_OPENFHE"
    private static let place = ".deps/openfhe/libcentroid-openfhe.so"

    /// - Parameter path: The plugin's file; where nil, what `CENTROID_OPENFHE` names, or else `.deps/openfhe` beside the
    ///   running program or the `.build` that it is in.
    /// - Throws: ``EncryptionError/noPlugin(reason:)``, also for a file that others could have written.
    package init(path: String? = nil) throws(EncryptionError) {
        let named = path ?? ProcessInfo.processInfo.environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
        guard let found = named ?? Self.nearProgram() else {
            throw .noPlugin(reason: "no \(Self.place) beside the program, and \(Self.variable) is not set")
        }
        guard found.hasPrefix("/") else {
            throw .noPlugin(reason: "\(Self.variable) names \(found), which is no path from the root")
        }
        try Self.checkOwner(of: found)
        try Self.checkOwner(of: URL(fileURLWithPath: found).deletingLastPathComponent().path)
        let capacity = 512
        var reason = [CChar](repeating: 0, count: capacity)
        guard let table = centroid_openfhe_load(found, &reason, capacity) else {
            throw .noPlugin(reason: String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))
        }
        functions = table.pointee
    }

    /// OpenFHE's own.
    package var version: String { String(cString: functions.version()) }

    private static func nearProgram() -> String? {
        guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return nil
        }
        let folder = program.split(separator: "/").dropLast()
        let checkout = folder.lastIndex(of: ".build").map { folder[..<$0] }
        return [folder, checkout ?? folder].map { "/" + ($0 + [place[...]]).joined(separator: "/") }
            .first { FileManager.default.fileExists(atPath: $0) }
    }

    /// Code that another user of the machine can change must not run with this one's keys.
    private static func checkOwner(of path: String) throws(EncryptionError) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw .noPlugin(reason: "\(path) is not there") }
        guard facts.st_uid == geteuid() || facts.st_uid == 0 else {
            throw .noPlugin(reason: "\(path) belongs to another user")
        }
        guard facts.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw .noPlugin(reason: "others may write to \(path); take that right away with chmod go-w")
        }
    }

    /// The pointer that a function gave, or its reason for giving none.
    func made(_ pointer: OpaquePointer?, _ doing: String) throws(EncryptionError) -> OpaquePointer {
        guard let pointer else { throw failure(doing) }
        return pointer
    }

    func checked(_ result: Int32, _ doing: String) throws(EncryptionError) {
        guard result > 0 else { throw failure(doing) }
    }

    /// What a function made of a file, or its reason against the file.
    func read(_ pointer: OpaquePointer?, _ what: String) throws(EncryptionError) -> OpaquePointer {
        guard let pointer else { throw .unreadable(what: what, reason: reason) }
        return pointer
    }

    func written(_ result: Int32, _ what: String) throws(EncryptionError) {
        guard result > 0 else { throw .unwritable(what: what, reason: reason) }
    }

    private func failure(_ doing: String) -> EncryptionError { .library(doing: doing, reason: reason) }

    /// OpenFHE's reason on this thread, without the place in its sources.
    private var reason: String {
        String(cString: functions.last_error()).replacing(#/^.*?:[lL]?\.?\d+:\w*\(\): /#, with: "")
    }
}
