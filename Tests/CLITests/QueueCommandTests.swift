import Foundation
import Store
import Testing

/// `jobs`, `retry`, `cancel`, `status` and the exit codes of `work` and `run`, on jobs that a test put into the queue.
@Suite struct QueueCommandTests {
    private let folder: Folder
    private let store: Store

    init() throws {
        folder = try Folder()
        #expect(try folder.centroid("init").status == 0)
        store = try Store.open(at: folder.file("centroid.db"))
    }

    private func expect(
        _ run: CommandLineRun, status: Int32, saying words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run.status == status, "\(run.errors)", sourceLocation: sourceLocation)
        let text = run.output + run.errors
        for word in words {
            #expect(text.contains(word), "\(text)", sourceLocation: sourceLocation)
        }
    }

    /// A job that fails at once, for its payload means nothing.
    private func enqueueBroken(_ kind: JobKind = "fit", _ count: Int = 1, policy: RetryPolicy = RetryPolicy()) throws {
        try store.enqueue(
            (0..<count).map { NewJob(kind: kind, key: "\(kind)/\($0)", payload: "{}", policy: policy) })
    }

    @Test func unknownJobIsNamed() throws {
        expect(try folder.centroid("retry", "999"), status: 66, saying: "no job 999")
        expect(try folder.centroid("cancel", "998", "999"), status: 66, saying: "998, 999")
    }

    @Test func kindsThatThereAreNotAreNamed() throws {
        for command in ["jobs", "retry"] {
            expect(try folder.centroid(command, "--kind", "fti"), status: 64, saying: "'fti'", "capture", "fit")
        }
    }

    /// Another version has made it.
    @Test func kindThatOnlyTheStoreKnowsIsFound() throws {
        try enqueueBroken("older")
        expect(try folder.centroid("jobs", "--kind", "older"), status: 0, saying: "older")
    }

    /// What it would write from there on, nobody could find.
    @Test func workOnAStoreThatIsTakenAwayFails() throws {
        try enqueueBroken("capture", policy: RetryPolicy(maximumAttempts: 1_000_000))
        let run = try folder.shell(
            """
            "$CENTROID" work --workers 1 --watch 2> said & work=$!
            until [ "$(pgrep -P $work | wc -l)" -gt 0 ]; do :; done
            mv centroid.db elsewhere.db
            wait $work; status=$?
            cat said >&2
            exit $status
            """)
        expect(run, status: 74, saying: "centroid.db was removed, moved or replaced")
    }

    @Test func selectionThatMatchesNothingIsRefused() throws {
        try enqueueBroken()
        expect(try folder.centroid("retry", "--kind", "capture"), status: 66, saying: "no job is like that")
        expect(try folder.centroid("retry", "1"), status: 66, saying: "none of these jobs is dead or cancelled: 1")
        expect(try folder.centroid("cancel", "--all", "--state", "done"), status: 66, saying: "nothing was changed")
        expect(try folder.centroid("retry"), status: 0, saying: "0 jobs")
    }

    @Test func workThatLeavesDeadJobsSaysSoToAScript() throws {
        try enqueueBroken("capture")
        let run = try folder.centroid("work", "--workers", "1")
        expect(run, status: 65, saying: "1 job failed for good", "centroid jobs --state dead")
    }

    @Test func fitThatCannotBeMadeIsNoFailureOfTheWork() throws {
        try enqueueBroken()
        let fit = try #require(try store.claim(upTo: 1, as: "test", lease: .seconds(60)).first)
        // What its handler says where the method refuses.
        try store.fail(fit, error: "this fit cannot be made: all values are equal", retryable: false)
        expect(try folder.centroid("work", "--workers", "1"), status: 0, saying: "1 fit cannot be made")
    }

    @Test func fitWhoseShardIsGoneIsAFailureOfTheWork() throws {
        #expect(try folder.centroid("data", "add", "digits", "--built-in").status == 0)
        let add = ["model", "add", Folder.model, "--preprocess", Folder.preprocessing, "--name", "lenet"]
        #expect(try folder.run(add).status == 0)
        #expect(try folder.centroid("sweep", "lenet", "--degrees", "2", "--images", "500", "--fit-only").status == 0)
        let planned = try #require(try store.jobs(JobFilter(kinds: ["fit"]), limit: 1).first)
        try store.cancel(JobFilter())
        // The same fit, begun although nothing was captured.
        try store.enqueue([NewJob(kind: "fit", key: "alone", payload: planned.payload, model: planned.model)])
        expect(
            try folder.centroid("work", "--workers", "1"), status: 65, saying: "1 job failed for good", "the shard of")
    }

    @Test func workerThatStaysTakesNoNetworkForAnother() throws {
        let calm = try Folder()
        let other = folder.file("other.json")
        try Data(#"{"dataset": "digits", "input": {"scale": 0.00392156862745098, "mean": [0.5], "std": [0.5]}}"#.utf8)
            .write(to: URL(fileURLWithPath: other))
        for place in [folder, calm] {
            if place === calm { #expect(try place.centroid("init").status == 0) }
            #expect(try place.centroid("data", "add", "digits", "--built-in").status == 0)
        }
        let work = try folder.start("work", "--watch", "--workers", "1")
        defer {
            work.terminate()
            work.waitUntilExit()
        }
        let sweep = ["sweep", "lenet", "--degrees", "2", "--images", "500", "--validation-images", "100", "--no-test"]
        for preprocessing in [Folder.preprocessing, other] {
            #expect(try folder.run(add(preprocessing)).status == 0)
            #expect(try folder.run(sweep).status == 0)
            try folder.wait(for: "the end of the sweep") { try store.jobCounts().isSettled }
            #expect(try store.jobCounts()[.dead] == 0)
            guard preprocessing != other else { break }
            #expect(try folder.centroid("model", "remove", "lenet", "--results").status == 0)
        }
        #expect(try calm.run(add(other)).status == 0)
        #expect(try calm.run(sweep).status == 0)
        #expect(try calm.centroid("work", "--workers", "1").status == 0)
        let digests = try [folder, calm].map { try $0.centroid("store", "digest").output }
        #expect(digests[0] == digests[1])
    }

    private func add(_ preprocessing: String) -> [String] {
        ["model", "add", Folder.model, "--preprocess", preprocessing, "--name", "lenet"]
    }

    @Test func fitWithABrokenPayloadIsAFailureOfTheWork() throws {
        try enqueueBroken()
        expect(try folder.centroid("work", "--workers", "1"), status: 65, saying: "1 job failed for good")
        let jobs = try folder.centroid("jobs", "--state", "dead")
        expect(jobs, status: 0, saying: "fit", "dead", "1/3", "payload")
        #expect(!jobs.output.contains("fit/0"))
        expect(try folder.centroid("jobs", "--json"), status: 0, saying: "\"key\" : \"fit/0\"", "maximum_attempts")
    }

    @Test func thousandFailuresOfOneCauseAreOneLine() throws {
        try enqueueBroken("capture", 300)
        let run = try folder.centroid("work", "--workers", "2")
        #expect(run.errors.split(separator: "\n").count { $0.contains("failed for good") } <= 2, "\(run.errors)")
        #expect(run.errors.contains("299 more failures for"), "\(run.errors)")
    }

    @Test func jobsShowWhoHoldsThem() throws {
        try enqueueBroken()
        let process = WorkerProcessID(host: "far", space: "there", number: 4711, startedAt: 5)
        _ = try store.claim(upTo: 1, as: WorkerID(process), lease: .seconds(600))
        expect(try folder.centroid("jobs"), status: 0, saying: "far/4711 until ")
    }

    @Test func cancelledSweepIsSaidToBe() throws {
        #expect(try folder.centroid("data", "add", "digits", "--built-in").status == 0)
        let add = ["model", "add", Folder.model, "--preprocess", Folder.preprocessing, "--name"]
        #expect(try folder.run(add + ["lenet"]).status == 0)
        let sweep = ["lenet", "--degrees", "2", "--images", "500", "--fit-only"]
        #expect(try folder.run(["sweep"] + sweep).status == 0)
        #expect(try folder.centroid("cancel", "1").status == 0)
        expect(
            try folder.run(["run"] + sweep), status: 75, saying: "1 job of this command", "cancelled", "centroid retry")
        #expect(try folder.centroid("retry", "--state", "cancelled").status == 0)
        #expect(try folder.run(["run"] + sweep).status == 0)

        expect(try folder.run(add + ["twice"]), status: 64, saying: "in the store already, as lenet")
        expect(try folder.centroid("model", "remove", "lenet"), status: 64, saying: "--results")
        expect(try folder.centroid("model", "remove", "lenet", "--results"), status: 0, saying: "Removed model lenet")
        #expect(try folder.run(add + ["twice"]).status == 0)
        expect(try folder.centroid("model", "remove", "twice"), status: 0, saying: "Removed model twice.")
        expect(try folder.centroid("data", "remove", "digits"), status: 0, saying: "Removed data set digits")
        expect(try folder.centroid("data", "remove", "digits"), status: 64, saying: "no data set named digits")
    }

    @Test(arguments: [
        ["sweep", "m", "--images", "-1"], ["work", "--workers", "-1"], ["work", "--memory-limit", "lots"],
        ["work", "--timeout", "fit=soon"], ["work", "--timeout", "baking=1h"], ["work", "--drain-deadline", "0"],
    ])
    func valueThatMakesNoSenseIsNamed(_ arguments: [String]) throws {
        expect(try folder.run(arguments), status: 64, saying: arguments[arguments.count - 1])
    }

    @Test func workWithEveryOptionIsDone() throws {
        let run = try folder.centroid(
            "work", "--workers", "2", "--memory-limit", "2GB", "--timeout", "2h", "--timeout", "fit=10m",
            "--drain-deadline", "30s")
        expect(run, status: 0, saying: "No jobs.")
    }

    @Test func signalEndsWorkThatWatches() throws {
        let work = try folder.start("work", "--watch", "--workers", "2")
        try folder.wait(for: "two worker processes") { ProcessTree.children(of: work.processIdentifier).count == 2 }
        work.terminate()
        work.waitUntilExit()
        #expect(work.terminationReason == .exit && work.terminationStatus == 0)
    }

    @Test func watchingBesideFourWorkersMeetsNoError() throws {
        #expect(try folder.centroid("data", "add", "digits", "--built-in").status == 0)
        #expect(
            try folder.centroid("model", "add", Folder.model, "--preprocess", Folder.preprocessing, "--name", "lenet")
                .status == 0)
        #expect(try folder.centroid("sweep", "lenet", "--degrees", "2...4", "--images", "1000").status == 0)
        let work = try folder.start("work", "--workers", "4")
        let watch = try folder.centroid("status", "--watch")
        work.waitUntilExit()
        #expect(work.terminationStatus == 0)
        expect(watch, status: 0, saying: "done")
        #expect(!watch.errors.contains("centroid:"), "\(watch.errors)")
    }
}
