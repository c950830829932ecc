import Foundation
import Testing

/// `centroid store`: what it prints, and what it says to bad input.
@Suite struct StoreCommandTests {
    private let folder: Folder

    init() throws {
        folder = try Folder.withLeNet()
    }

    private func expect(
        _ run: CommandLineRun, status: Int32, saying words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run.status == status, "\(run.errors)", sourceLocation: sourceLocation)
        for word in words {
            #expect(run.errors.contains(word), "\(run.errors)", sourceLocation: sourceLocation)
        }
        // The parser adds the usage of the command to errors of its own.
        if status != 64 {
            #expect(run.message.split(separator: "\n").count == 1, "\(run.errors)", sourceLocation: sourceLocation)
        }
    }

    private func damage() throws {
        let script = """
            page=$(python3 -c "import sqlite3; \\
            print(sqlite3.connect('centroid.db').execute(\\"SELECT rootpage FROM sqlite_schema WHERE name = 'layers'\\").fetchone()[0])")
            head -c 4096 /dev/zero | tr '\\0' '\\245' | dd of=centroid.db bs=4096 seek=$((page - 1)) conv=notrunc status=none
            """
        #expect(try folder.shell(script).status == 0)
    }

    @Test func soundStoreIsCalledSound() throws {
        let run = try folder.centroid("store", "check")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("is sound"))
        #expect(try folder.centroid("store", "check", "--json").output.contains("\"sound\" : true"))
    }

    @Test func damagedPageIsNamedWithAnExitCode() throws {
        try damage()
        let run = try folder.centroid("store", "check")
        expect(run, status: 65, saying: "problem")
        #expect(run.output.contains("table layers"), "\(run.output)")
        #expect(run.output.contains("restore a backup"))
        let json = try folder.centroid("store", "check", "--json")
        #expect(json.status == 65)
        #expect(json.output.contains("\"sound\" : false") && json.output.contains("\"area\" : \"file\""))
    }

    @Test func backupIsAStoreThatReplacesADamagedOne() throws {
        let digest = try folder.centroid("store", "digest").output
        let backup = try folder.centroid("store", "backup", "copy.db")
        #expect(backup.status == 0, "\(backup.errors)")
        #expect(backup.output.contains("models 1, jobs 0"))
        #expect(try folder.centroid("store", "digest", "--store", "copy.db").output == digest)
        try damage()
        #expect(try folder.centroid("store", "check").status == 65)
        #expect(
            try folder.centroid("store", "backup", "centroid.db", "--force", "--store", "copy.db", "--json")
                .output.contains("\"models\" : 1"))
        #expect(try folder.centroid("store", "check").status == 0)
        #expect(try folder.centroid("store", "digest").output == digest)
    }

    @Test func aFolderIsNoPlaceForABackup() throws {
        expect(try folder.centroid("store", "backup", "."), status: 73, saying: "not a file")
        expect(try folder.centroid("store", "backup", ".", "--force"), status: 73, saying: "not a file")
    }

    @Test func backupOverAFileNeedsForce() throws {
        #expect(try folder.centroid("store", "backup", "copy.db").status == 0)
        expect(try folder.centroid("store", "backup", "copy.db"), status: 73, saying: "copy.db", "already")
        #expect(try folder.centroid("store", "backup", "copy.db", "--force").status == 0)
    }

    @Test func storeThatAWorkerHasOpenIsNeverReplaced() throws {
        #expect(try folder.shell("\"$CENTROID\" init --store used.db").status == 0)
        let worker = try folder.start("work", "--watch", "--store", folder.file("used.db"))
        defer {
            worker.terminate()
            worker.waitUntilExit()
        }
        let limit = ContinuousClock.now + .seconds(60)
        while !hasOpen("used.db-shm", worker.processIdentifier), .now < limit { usleep(5000) }
        expect(
            try folder.centroid("store", "backup", "used.db", "--force"), status: 75,
            saying: "used.db", "another process")
        #expect(worker.isRunning)
    }

    /// Whether a process has a file of that name open.
    private func hasOpen(_ name: String, _ process: Int32) -> Bool {
        let descriptors = "/proc/\(process)/fd"
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: descriptors)) ?? []
        return numbers.contains { number in
            let file = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\(number)")
            return file?.hasSuffix("/" + name) ?? false
        }
    }

    @Test func backupIntoNothingIsRefused() throws {
        expect(try folder.centroid("store", "backup", "nowhere/copy.db"), status: 73, saying: "nowhere/copy.db")
        expect(try folder.centroid("store", "backup", folder.path, "--force"), status: 73, saying: "not a file")
        expect(try folder.centroid("store", "backup"), status: 64)
    }

    @Test(arguments: [["check"], ["backup", "copy.db"], ["digest"], ["synchronous"], ["synchronous", "full"]])
    func storeThatIsNoneIsRefused(_ command: [String]) throws {
        func run(_ path: String) throws -> CommandLineRun {
            try folder.shell("\"$CENTROID\" store \(command.joined(separator: " ")) --store '\(path)'")
        }
        expect(try run("none.db"), status: 66, saying: "none.db", "centroid init")
        expect(try run(folder.path), status: 65, saying: "not a file")
        try "just text, and long enough to be no empty database".write(
            toFile: folder.file("notes.db"), atomically: true, encoding: .utf8)
        expect(try run("notes.db"), status: 65, saying: "notes.db")
        #expect(
            try folder.shell(
                "cp centroid.db newer.db && python3 -c \"import sqlite3; d = sqlite3.connect('newer.db'); "
                    + "d.execute('PRAGMA user_version = 999'); d.commit()\""
            ).status == 0)
        expect(try run("newer.db"), status: 78, saying: "999")
    }

    @Test func digestListsItsParts() throws {
        let run = try folder.centroid("store", "digest")
        #expect(run.status == 0)
        #expect(run.output.contains("evaluations_of_plans"))
        let last = try #require(run.output.split(separator: "\n").last)
        #expect(last.count == 64 && last.allSatisfy(\.isHexDigit))
        #expect(try folder.centroid("store", "digest", "--json").output.contains("\"sha256\" : \"\(last)\""))
    }

    @Test func synchronousIsKeptInTheStore() throws {
        #expect(try folder.centroid("store", "synchronous").output == "normal\n")
        #expect(try folder.centroid("store", "synchronous", "full").status == 0)
        #expect(try folder.centroid("store", "synchronous").output == "full\n")
        #expect(try folder.centroid("store", "synchronous", "off").status == 64)
        #expect(try folder.shell("\"$CENTROID\" init --synchronous full --store other.db").status == 0)
        #expect(try folder.centroid("store", "synchronous", "--store", "other.db").output == "full\n")
    }

    @Test(.enabled(if: Namespaces.areAvailable, "needs unshare(1) with mount rights"))
    func diskThatIsFullLeavesNoHalfBackup() throws {
        let run = try folder.shell(
            """
            mkdir -p small && unshare -rm /bin/bash -c '
                mount -t tmpfs -o size=64k tmpfs small || exit 99
                "$CENTROID" store backup small/copy.db
                status=$?
                ls -A small
                exit $status'
            """)
        expect(run, status: 74, saying: "small/copy.db", "no room left")
        #expect(run.output == "")
    }

    @Test(.enabled(if: Namespaces.areAvailable, "needs unshare(1) with mount rights"))
    func writeProtectedStoreIsCheckedAndBackedUp() throws {
        let run = try folder.shell(
            """
            mkdir -p still && cp centroid.db still/ && unshare -rm /bin/bash -c '
                mount --bind still still && mount -o remount,ro,bind still || exit 99
                export CENTROID_STORE=still/centroid.db
                "$CENTROID" store check >/dev/null || exit 98
                "$CENTROID" store digest >/dev/null || exit 97
                "$CENTROID" store backup copy.db >/dev/null || exit 96
                "$CENTROID" store synchronous full'
            """)
        expect(run, status: 77, saying: "cannot be written")
        #expect(try folder.centroid("store", "check", "--store", "copy.db").status == 0)
    }
}
