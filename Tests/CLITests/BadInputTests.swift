import Foundation
import Testing

/// Each wrong input gives one clear line and the exit code of sysexits(3).
@Suite struct BadInputTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
        #expect(try folder.centroid("init").status == 0)
    }

    private func expect(
        _ run: CommandLineRun, status: Int32, saying words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run.status == status, "\(run.errors)", sourceLocation: sourceLocation)
        for word in words {
            #expect(run.errors.contains(word), "\(run.errors)", sourceLocation: sourceLocation)
        }
    }

    private func addDigits() throws {
        #expect(try folder.centroid("data", "add", "digits", "--built-in").status == 0)
        #expect(
            try folder.centroid("model", "add", Folder.model, "--preprocess", Folder.preprocessing, "--name", "lenet")
                .status == 0)
    }

    @Test func missingModelFile() throws {
        let run = try folder.centroid("model", "add", "nowhere.onnx")
        expect(run, status: 66, saying: "nowhere.onnx", "does not exist")
        #expect(run.message.split(separator: "\n").count == 1)
    }

    @Test func missingStore() throws {
        let run = try folder.centroid("status", "--store", "elsewhere.db")
        expect(run, status: 66, saying: "elsewhere.db", "centroid init")
    }

    @Test func textIsNoModel() throws {
        try "hello, I am not a network".write(toFile: folder.file("text.onnx"), atomically: true, encoding: .utf8)
        let run = try folder.centroid("model", "add", "text.onnx")
        expect(run, status: 65, saying: "text.onnx: this is not an ONNX model")
        #expect(run.message.split(separator: "\n").count == 1)
    }

    @Test func emptyModelFile() throws {
        try Data().write(to: URL(fileURLWithPath: folder.file("empty.onnx")))
        expect(try folder.centroid("model", "add", "empty.onnx"), status: 65, saying: "empty")
    }

    @Test func truncatedModel() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: Folder.model))
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: folder.file("half.onnx")))
        expect(try folder.centroid("model", "add", "half.onnx"), status: 65, saying: "cut short")
        #expect(try folder.centroid("model", "list", "--json").output.contains("half") == false)
    }

    @Test func weightsWithNaN() throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: Folder.model))
        // Eight bytes of ones hold a whole NaN however the floats are aligned.
        for index in 0..<8 { bytes[bytes.count / 2 + index] = 0xFF }
        try bytes.write(to: URL(fileURLWithPath: folder.file("nan.onnx")))
        expect(try folder.centroid("model", "add", "nan.onnx"), status: 65, saying: "NaN")
    }

    @Test func modelOfAnotherShapeThanTheData() throws {
        try addDigits()
        let wide = folder.file("wide")
        let script = """
            mkdir -p \(wide) && "$CENTROID" data export --to small >/dev/null && cd \(wide)
            for part in train t10k; do
                count=10
                printf '\\0\\0\\x08\\x03\\0\\0\\0\\x0a\\0\\0\\0\\x20\\0\\0\\0\\x20' > $part-images-idx3-ubyte
                head -c $((count * 1024)) /dev/zero >> $part-images-idx3-ubyte
                printf '\\0\\0\\x08\\x01\\0\\0\\0\\x0a' > $part-labels-idx1-ubyte
                head -c $count /dev/zero >> $part-labels-idx1-ubyte
            done
            """
        #expect(try folder.shell(script).status == 0)
        #expect(try folder.centroid("data", "add", "wide", "--path", wide).status == 0)
        expect(
            try folder.centroid("run", "lenet", "--data", "wide"), status: 65, saying: "1x28x28", "1x32x32")
        expect(
            try folder.centroid("model", "add", Folder.model, "--data", "wide", "--name", "other"), status: 65,
            saying: "1x28x28", "1x32x32")
    }

    @Test func unknownLayerAndUnknownModel() throws {
        try addDigits()
        expect(try folder.centroid("best", "lenet", "--layer", "no-such-layer"), status: 64, saying: "no-such-layer")
        expect(try folder.centroid("best", "lenett"), status: 64, saying: "lenett", "lenet")
        expect(try folder.centroid("best", "lenet", "--layer", "-1"), status: 64, saying: "-1", "known")
        expect(
            try folder.centroid("best", "lenet", "--fitter", "guided"), status: 64, saying: "centroid best lenet --plan"
        )
    }

    @Test func adviceFitsWhatWasAskedFor() throws {
        try addDigits()
        let ninth = try folder.centroid("best", "lenet", "--fitter", "minimax", "--degree", "9").output
        #expect(ninth.contains("centroid run lenet --fitters minimax --degrees 9"), "\(ninth)")
        let composite = try folder.centroid("best", "lenet", "--fitter", "composite").output
        #expect(composite.contains("centroid run lenet --fitters composite\n"), "\(composite)")
    }

    @Test(arguments: [
        (["check", "lenet", "--plan", "p", "--images", "-1"], "--images -1"),
        (["check", "lenet", "--plan", "p", "--mode", "clear", "--seed", "1"], "--mode clear"),
        (["explain", "lenet", "--plan", "p", "--images", "-1"], "--images -1"),
        (["best", "lenet", "--plan", "--levels", "-1"], "--levels -1"),
        (["run", "lenet", "--fitters", "least-squares", "--restarts", "3"], "--fitters centroid"),
        (["export", "lenet", "--plan", "p", "--out", "-"], "--format"),
        (["export", "lenet", "--plan", "p", "--out", "-", "--format", "json", "--force"], "--out -"),
    ])
    func optionsThatMakeNoSense(_ arguments: [String], words: String) throws {
        expect(try folder.run(arguments), status: 64, saying: words)
    }

    @Test(arguments: ["0", "1", "64", "two", "7...2", "2...", "", "2,,3", "99999999999999999999"])
    func degreesOutsideTheRange(_ degrees: String) throws {
        try addDigits()
        let run = try folder.centroid("sweep", "lenet", "--degrees", degrees)
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.errors.contains("degree"), "\(run.errors)")
        #expect(try folder.centroid("status", "--json").output.contains("\"total\" : 0"))
    }

    @Test(arguments: ["a b", "tab\\tname"])
    func nameThatNoTableCouldShow(_ name: String) throws {
        let run = try folder.shell("\"$CENTROID\" data add $'\(name)' --built-in")
        expect(run, status: 64, saying: "cannot name")
    }

    /// What `"$UNSET"` is in a script.
    @Test(arguments: [
        (["status", "--store", ""], "--store"), (["status", "--store="], "--store="),
        (["data", "add", "digits", "--path", ""], "--path"), (["data", "fetch", "mnist", "--mirror", ""], "--mirror"),
        (["model", "add", ""], "add"),
    ])
    func emptyArgument(_ arguments: [String], after: String) throws {
        expect(try folder.run(arguments), status: 64, saying: "what follows \(after) is empty")
    }

    @Test func fileThatIsNoOrdinaryOne() throws {
        #expect(try folder.shell("mkfifo pipe").status == 0)
        expect(try folder.centroid("model", "add", "pipe"), status: 66, saying: "pipe is no ordinary file")
        expect(try folder.centroid("model", "add", "/dev/null"), status: 66, saying: "/dev/null is no ordinary file")
        expect(try folder.centroid("model", "add", "."), status: 66, saying: "is a folder")
        #expect(try folder.shell("ln -s loop loop").status == 0)
        expect(try folder.centroid("model", "add", "loop"), status: 66, saying: "loop is no file")
    }

    @Test func exportedDigitsReplaceNothingUnasked() throws {
        let labels = folder.file("digits/t10k-labels-idx1-ubyte")
        #expect(try folder.shell("mkdir digits && echo mine > digits/t10k-labels-idx1-ubyte").status == 0)
        expect(
            try folder.centroid("data", "export", "--to", "digits"), status: 73, saying: "digits/t10k-labels",
            "--force")
        #expect(try folder.shell("ls digits").output == "t10k-labels-idx1-ubyte\n")
        #expect(try String(contentsOfFile: labels, encoding: .utf8) == "mine\n")
        // What was left by a process that was killed goes, if it is old enough.
        let (old, new) = ("digits/.centroid-1.new", "digits/.centroid-2.new")
        #expect(try folder.shell("touch -d '2 days ago' \(old) && touch \(new)").status == 0)
        #expect(try folder.centroid("data", "export", "--to", "digits", "--force").status == 0)
        #expect(try folder.shell("ls -A digits | grep new").output == ".centroid-2.new\n")
        #expect(try folder.centroid("data", "add", "digits", "--path", "digits").status == 0)
    }

    @Test func exportedDigitsReplaceNoLinksAndPipes() throws {
        let made = "mkdir digits && echo mine > mine && ln -s ../mine digits/train-images-idx3-ubyte"
        #expect(try folder.shell(made).status == 0)
        let export = ["data", "export", "--to", "digits", "--force"]
        expect(try folder.run(export), status: 73, saying: "train-images", "no ordinary file")
        #expect(try folder.shell("rm digits/* && mkfifo digits/t10k-labels-idx1-ubyte").status == 0)
        expect(try folder.run(export), status: 73, saying: "t10k-labels", "no ordinary file")
        #expect(try folder.shell("cat mine; ls -A digits").output == "mine\nt10k-labels-idx1-ubyte\n")
    }

    @Test func folderThatCannotBeMade() throws {
        expect(try folder.centroid("data", "export", "--to", "/proc/digits"), status: 73, saying: "/proc/digits")
        expect(try folder.centroid("data", "export", "--to", "centroid.db/digits"), status: 73, saying: "centroid.db")
        #expect(try folder.shell("touch f").status == 0)
        expect(try folder.centroid("data", "export", "--to", "f"), status: 73, saying: "f cannot be made")
        let long = "n/" + String(repeating: "x", count: 300)
        expect(try folder.centroid("data", "export", "--to", long), status: 73, saying: "too long")
        #expect(try folder.centroid("data", "export", "--to", "d/e/").status == 0)
    }

    /// A process that writes beyond it is killed without a word, unless it asks for an error.
    @Test func fileLargerThanTheSystemLetsItBe() throws {
        let run = try folder.shell("ulimit -f 64; \"$CENTROID\" store backup backup.db")
        expect(run, status: 74, saying: "backup.db")
        #expect(try folder.shell("ls -A | grep -E 'draft|backup'").output == "")
    }

    /// The exit code is all that is left to tell by.
    @Test func errorsThatCannotBeWrittenEndAsEver() throws {
        for end in ["2> /dev/full", "2>&-", "0<&- 1>&- 2>&-"] {
            #expect(try folder.shell("\"$CENTROID\" status --store nosuch.db \(end)").status == 66, "\(end)")
            #expect(try folder.shell("\"$CENTROID\" best nosuch \(end)").status == 64, "\(end)")
        }
        #expect(try folder.shell("\"$CENTROID\" model list >&-").status == 74)
    }

    @Test func nameOfAJournalIsRefused() throws {
        #expect(try folder.shell("touch other.db").status == 0)
        for name in ["centroid.db-wal", "other.db-wal", "other.db-journal"] {
            let backup = ["store", "backup", name]
            expect(try folder.run(backup), status: 73, saying: "\(name) is the name of a journal of")
            expect(try folder.run(backup + ["--force"]), status: 73, saying: "\(name) is the name of a journal of")
        }
        try addDigits()
        let report = ["report", "lenet", "--output", "other.db-journal", "--format", "json"]
        expect(try folder.run(report), status: 73, saying: "other.db-journal is the name of a journal of")
    }

    @Test func outputThatCannotBeWritten() throws {
        expect(try folder.shell("\"$CENTROID\" model list > /dev/full"), status: 74, saying: "could not be written")
    }

    @Test func wrongDataSetOfAModelCanBeCorrected() throws {
        try addDigits()
        func add(_ more: String...) throws -> CommandLineRun {
            try folder.run(
                ["model", "add", Folder.model, "--preprocess", Folder.preprocessing, "--name", "lenet"] + more)
        }
        let other = try add("--data", "other")
        expect(
            other, status: 0, saying: "names data set digits; --data other goes before it",
            "the data set of lenet was digits and is other now", "centroid data add other")
        #expect(try folder.centroid("model", "list", "--json").output.contains("\"other\""))
        expect(try add(), status: 0, saying: "was other and is digits now")
        #expect(try add().errors.isEmpty)
        expect(try add("--data", "a b"), status: 64, saying: "data set")
    }

    @Test func dataSetThatThePreprocessingFileDoesNotName() throws {
        try addDigits()
        let file = folder.file("plain.json")
        try #"{"input": {"scale": 1, "mean": [0], "std": [1]}}"#.write(toFile: file, atomically: true, encoding: .utf8)
        let add = ["model", "add", Folder.model, "--preprocess", file, "--name", "plain"]
        expect(try folder.run(add), status: 65, saying: "plain.json names no data set", "--data NAME")
        let named = try folder.run(add + ["--data", "digits"])
        #expect(named.status == 0 && named.errors.isEmpty, "\(named.errors)")
    }

    @Test func unknownFitter() throws {
        try addDigits()
        expect(
            try folder.centroid("sweep", "lenet", "--fitters", "magic"), status: 64, saying: "magic", "least-squares")
    }

    @Test func emptyDataFolder() throws {
        try FileManager.default.createDirectory(atPath: folder.file("void"), withIntermediateDirectories: true)
        expect(try folder.centroid("data", "add", "void", "--path", "void"), status: 66, saying: "void")
        expect(try folder.centroid("data", "add", "gone", "--path", "gone"), status: 66, saying: "gone")
    }

    @Test func modelWithoutItsData() throws {
        let add = try folder.centroid("model", "add", Folder.model, "--preprocess", Folder.preprocessing, "--name", "m")
        #expect(add.status == 0, "\(add.errors)")
        expect(try folder.centroid("run", "m"), status: 64, saying: "centroid data add digits")
    }

    @Test func secondInit() throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("centroid.db")))
        expect(try folder.centroid("init"), status: 73, saying: "already a file", "go on with it")
        let onto = try folder.centroid("store", "backup", "centroid.db")
        expect(onto, status: 73, saying: "is the store itself")
        #expect(!onto.errors.contains("--force"), "\(onto.errors)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("centroid.db"))) == before)
    }

    @Test func twoInitsAtOnce() throws {
        let run = try folder.shell(
            """
            export CENTROID_STORE=race.db
            "$CENTROID" init >/dev/null 2>&1 & first=$!
            "$CENTROID" init >/dev/null 2>&1 & second=$!
            wait $first; a=$?; wait $second; b=$?
            echo "$a $b"
            """)
        #expect(["0 73", "73 0"].contains(run.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    @Test func storeOfANewerVersion() throws {
        #expect(
            try folder.shell(
                "python3 -c \"import sqlite3; d = sqlite3.connect('centroid.db'); "
                    + "d.execute('PRAGMA user_version = 999'); d.commit()\""
            ).status == 0)
        expect(try folder.centroid("status"), status: 78, saying: "999")
        expect(try folder.centroid("data", "add", "digits", "--built-in"), status: 78, saying: "999")
    }

    @Test func anotherFileIsNoStore() throws {
        try "just text, and long enough to be no empty database".write(
            toFile: folder.file("notes.db"), atomically: true, encoding: .utf8)
        expect(try folder.centroid("status", "--store", "notes.db"), status: 65, saying: "notes.db")
    }

    @Test(.enabled(if: Namespaces.areAvailable, "needs unshare(1) with mount rights"))
    func fullDisk() throws {
        let run = try folder.shell(
            """
            for name in a b c d e f; do
                echo "{\\"dataset\\": \\"$name\\", \\"input\\": {\\"scale\\": 0.0$RANDOM, \\"mean\\": [0], \\"std\\": [1]}}" > $name.json
            done
            mkdir -p small && unshare -rm /bin/bash -c '
                mount -t tmpfs -o size=700k tmpfs small || exit 99
                export CENTROID_STORE=small/centroid.db
                "$CENTROID" init >/dev/null
                for name in a b c d e f; do
                    "$CENTROID" model add \(Folder.model) --preprocess $name.json --name $name >/dev/null || exit $?
                done'
            """)
        #expect(run.status == 74, "\(run.output) \(run.errors)")
        #expect(run.errors.contains("no room left"), "\(run.errors)")
    }

    @Test(.enabled(if: Namespaces.areAvailable, "needs unshare(1) with mount rights"))
    func readOnlyStore() throws {
        try addDigits()
        let run = try folder.shell(
            """
            mkdir -p still && cp centroid.db still/ && unshare -rm /bin/bash -c '
                mount --bind still still && mount -o remount,ro,bind still || exit 99
                export CENTROID_STORE=still/centroid.db
                "$CENTROID" model list >/dev/null || exit 98
                "$CENTROID" sweep lenet'
            """)
        #expect(run.status == 77, "\(run.output) \(run.errors)")
        #expect(run.errors.contains("cannot be written"), "\(run.errors)")
    }
}

/// Whether this machine lets the tests mount file systems of their own.
enum Namespaces {
    static let areAvailable: Bool = {
        guard let folder = try? Folder() else { return false }
        let probe = "mkdir -p m && unshare -rm mount -t tmpfs -o size=64k tmpfs m"
        return (try? folder.shell(probe).status) == 0
    }()
}
