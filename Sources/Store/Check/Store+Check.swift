package import Foundation
internal import GRDB

extension Store {
    /// So many findings of one kind are listed; the first ones tell what happened.
    package static let findingLimit = 10

    /// Reads the whole store and says what is wrong with it: the file, by SQLite's own checks; the rules of the queue
    /// and of the results; and every record that has an encoding. It works on a damaged file and beside workers.
    ///
    /// Each part sees one moment of the store and lets the write-ahead log go afterwards.
    ///
    /// - Parameters:
    ///   - path: The store. It is opened for reading only.
    ///   - predictionCount: The number of images in encoded predictions, whose encoding is not the store's; throws
    ///     if they are damaged.
    /// - Returns: What is wrong; empty for a sound store.
    /// - Throws: What ``open(at:configuration:)`` throws, but for damage, and ``StoreError/busy(path:)``.
    package static func check(
        at path: String, predictionCount: @escaping @Sendable (Data) throws -> Int
    ) throws(StoreError) -> [StoreFinding] {
        let store: Store
        do {
            store = try open(at: path, configuration: StoreConfiguration(access: .queryOnly))
        } catch .corrupt(_, let detail) {
            return [StoreFinding(.file, "\(path) cannot be opened: \(detail)", advice: StoreFinding.restore)]
        }
        return try store.check(predictionCount: predictionCount)
    }

    /// See ``check(at:predictionCount:)``.
    package func check(predictionCount: @escaping @Sendable (Data) throws -> Int) throws(StoreError) -> [StoreFinding] {
        var findings = try FileCheck(store: self).findings()
        for invariant in Invariant.all {
            findings += try found(invariant.area, invariant.findings)
        }
        for check in RecordCheck.all(predictionCount: predictionCount) {
            findings += try found(check.area, check.findings)
        }
        return findings
    }

    /// What a part of the check found; a part that cannot be carried out for damage is itself a finding.
    private func found(
        _ area: StoreFinding.Area, _ part: (Database) throws -> [StoreFinding]
    ) throws(StoreError) -> [StoreFinding] {
        do {
            return try reading(part)
        } catch .corrupt(_, let detail) {
            return [StoreFinding(area, "the \(area.rawValue) cannot be read: \(detail)", advice: StoreFinding.restore)]
        } catch .undecodable(let what, let detail) {
            return [StoreFinding(area, "\(what): \(detail)", advice: StoreFinding.restore)]
        }
    }
}
