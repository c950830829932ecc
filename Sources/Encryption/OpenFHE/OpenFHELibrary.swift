internal import COpenFHE
internal import Foundation

/// OpenFHE, through the plugin that `make openfhe` builds.
package struct OpenFHELibrary: Sendable {
    /// Of the plugin's own, which is never unloaded.
    let functions: centroid_openfhe

    /// Names the plugin in the environment.
    package static let variable = "CENTROID_OPENFHE"
    private static let place = ".deps/openfhe/libcentroid-openfhe.so"

    /// - Parameter path: The plugin's file; where nil, what `CENTROID_OPENFHE` names, or else `.deps/openfhe` in a
    ///   folder above the running program.
    /// - Throws: ``EncryptionError/noPlugin(reason:)``
    package init(path: String? = nil) throws(EncryptionError) {
        let named = path ?? ProcessInfo.processInfo.environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
        guard let found = named ?? Self.nearProgram() else {
            throw .noPlugin(reason: "no \(Self.place) above the program, and \(Self.variable) is not set")
        }
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
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appendingPathComponent(place).path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        return nil
    }

    /// The pointer that a function gave, or its reason for giving none.
    func made(_ pointer: OpaquePointer?, _ doing: String) throws(EncryptionError) -> OpaquePointer {
        guard let pointer else { throw failure(doing) }
        return pointer
    }

    func checked(_ result: Int32, _ doing: String) throws(EncryptionError) {
        guard result > 0 else { throw failure(doing) }
    }

    /// OpenFHE's reason on this thread, without the place in its sources.
    private func failure(_ doing: String) -> EncryptionError {
        let text = String(cString: functions.last_error())
        return .library(doing: doing, reason: text.replacing(#/^.*?:[lL]?\.?\d+:\w*\(\): /#, with: ""))
    }
}
