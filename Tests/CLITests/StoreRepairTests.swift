import Foundation
import Testing

/// Results that go behind the store's back: `store check` misses them, and what it advises brings them back.
@Suite struct StoreRepairTests {
    private struct Loss {
        let sql: String
        let problem: String
    }

    private static let losses = [
        Loss(sql: "DELETE FROM shards", problem: "(capture) is done"),
        Loss(sql: "DELETE FROM approximations WHERE id = 1", problem: "(fit) is done"),
        Loss(sql: "DELETE FROM evaluations WHERE subject = 'original'", problem: "(evaluate-original) is done"),
        Loss(
            sql: "DELETE FROM evaluations WHERE id = (SELECT min(id) FROM evaluations WHERE layer IS NOT NULL)",
            problem: "(evaluate-layer) is done"),
        Loss(sql: "DELETE FROM plans WHERE id = (SELECT max(id) FROM plans)", problem: "(choose-plan) is done"),
        Loss(sql: "DELETE FROM evaluations WHERE subject = 'plan'", problem: "(evaluate-plan) is done"),
        Loss(sql: "DELETE FROM checks", problem: "(check) is done"),
        Loss(sql: "UPDATE plans SET levels = levels + 1", problem: "levels, but its approximations have"),
    ]

    private let folder: Folder

    init() throws {
        folder = try Folder.withLeNet()
        let run = try folder.centroid(
            "run", "lenet", "--degrees", "2", "--fitters", "least-squares", "--images", "500",
            "--validation-images", "100", "--no-test")
        #expect(run.status == 0, "\(run.errors)")
        let check = try folder.centroid(
            "check", "lenet", "--plan", "least-squares degree 2", "--mode", "clear", "--images", "2")
        #expect(check.status == 0, "\(check.errors)")
    }

    @Test func everyLossIsNamedAndMadeGoodByTheAdvice() throws {
        let digest = try folder.centroid("store", "digest").output
        #expect(try folder.centroid("store", "check").output.contains("is sound"))
        for loss in Self.losses {
            try alter(loss.sql)
            let check = try folder.centroid("store", "check")
            #expect(check.status == 65)
            #expect(check.output.contains(loss.problem), "\(check.output)")
            for command in commands(in: check.output) {
                // What an earlier line has set in motion again already is no longer done.
                #expect([0, 66].contains(try folder.shell(command).status), "\(command)")
            }
            #expect(try folder.centroid("work").status == 0)
            let after = try folder.centroid("store", "check")
            #expect(after.output.contains("is sound"), "\(loss.problem): \(after.output)")
            #expect(try folder.centroid("store", "digest").output == digest)
        }
    }

    /// The commands in lines such as `make it again: centroid retry 3 --state done, then centroid work`, but for the
    /// work itself.
    private func commands(in output: String) -> [String] {
        output.split(separator: "\n").filter { $0.hasPrefix("    ") }.flatMap { line in
            line.components(separatedBy: "centroid ").dropFirst().map {
                $0.replacingOccurrences(of: ", then ", with: "").trimmingCharacters(in: .whitespaces)
            }
        }
        .filter { $0 != "work" }.map { "\"$CENTROID\" \($0)" }
    }

    private func alter(_ sql: String) throws {
        let script = """
            python3 -c "import sqlite3; d = sqlite3.connect('centroid.db', isolation_level=None)
            d.execute('PRAGMA foreign_keys = ON')
            d.execute(\\"\(sql)\\")
            d.close()"
            """
        let run = try folder.shell(script)
        #expect(run.status == 0, "\(run.errors)")
    }
}
