import Foundation
import Store
import Testing
import Worker

/// Real worker processes, and handlers that throw, crash, hang and allocate in them.
@Suite struct SupervisorTests {
    private let place: FaultPlace

    init() throws {
        place = try FaultPlace()
        for number in 0..<8 { try place.enqueue("good-\(number)", "none") }
    }

    /// What went wrong ends dead after its two attempts, each with the same kind of reason, and the others finish.
    private func expectDead(
        _ key: String, _ outcome: Attempt.Outcome, saying words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let counts = try place.store.jobCounts()
        #expect(counts[.done] == 8 && counts[.dead] == 1, sourceLocation: sourceLocation)
        #expect(try place.job(key).state == .dead, sourceLocation: sourceLocation)
        let attempts = try place.attempts(key)
        #expect(attempts.map(\.outcome) == [outcome, outcome], sourceLocation: sourceLocation)
        for attempt in attempts {
            #expect(attempt.error?.contains(words) == true, "\(attempt.error ?? "-")", sourceLocation: sourceLocation)
        }
    }

    @Test func jobWhoseHandlerThrowsEndsDead() throws {
        try place.enqueue("bad", "fail")
        try place.supervisor().run()
        try expectDead("bad", .failed, saying: "the handler failed")
    }

    @Test func jobThatCrashesItsProcessEndsDead() throws {
        try place.enqueue("bad", "crash")
        try place.supervisor().run()
        try expectDead("bad", .lost, saying: "was ended by signal 11 (SIGSEGV)")
    }

    @Test func jobThatTrapsEndsDead() throws {
        try place.enqueue("bad", "trap")
        try place.supervisor().run()
        try expectDead("bad", .lost, saying: "was ended by signal")
    }

    @Test func jobThatEndsItsProcessEndsDead() throws {
        try place.enqueue("bad", "exit")
        try place.supervisor().run()
        try expectDead("bad", .lost, saying: "ended by itself with exit status 3")
    }

    @Test func jobThatHangsEndsDead() throws {
        try place.enqueue("bad", "hang", timeout: .milliseconds(50))
        try place.supervisor { $0.grace = .milliseconds(50) }.run()
        try expectDead("bad", .failed, saying: "ran longer than its limit of 0.05 seconds and reached no checkpoint")
    }

    @Test func limitOfItsKindGoesBeforeTheJobsOwn() throws {
        try place.enqueue("bad", "hang", timeout: .seconds(3600))
        try place.supervisor { settings in
            settings.timeouts = ["fault": .milliseconds(50)]
            settings.grace = .milliseconds(50)
        }.run()
        try expectDead("bad", .failed, saying: "ran longer than its limit of 0.05 seconds")
    }

    @Test func jobThatAllocatesWithoutEndEndsDead() throws {
        try place.enqueue("bad", "allocate")
        try place.supervisor { $0.memoryLimit = 200_000_000 }.run()
        try expectDead("bad", .failed, saying: "more than the limit of 200.0 MB")
    }

    @Test func jobOfAKilledProcessGoesOnFromWhatItSaved() throws {
        try place.enqueue("slow", "resume", gate: "gate")
        let running = RunningSupervisor(place.supervisor())
        let runner = try place.runner(of: "slow", gate: "gate")
        #expect(try place.job("slow").progress == 0.5)
        kill(runner.process, SIGKILL)
        // The gate stays closed: only an attempt that finds the state gets to the end.
        try running.finish()
        let job = try place.job("slow")
        #expect(job.state == .done)
        #expect(try place.attempts("slow").map(\.outcome) == [.lost, .done])
        #expect(try place.store.progress(of: job.id) == nil)
    }

    @Test func jobOfAKilledProcessIsTakenUpAgainAndNotBlamed() throws {
        try place.enqueue("slow", "wait", gate: "gate")
        let running = RunningSupervisor(place.supervisor())
        var runner = try place.runner(of: "slow", gate: "gate")
        // More often than the two losses that the job may be to blame for.
        for _ in 1...4 {
            #expect(kill(runner.process, SIGKILL) == 0)
            runner = try place.runner(of: "slow", gate: "gate", after: runner)
        }
        try place.open("gate")
        try running.finish()
        let slow = try place.job("slow")
        #expect(slow.state == .done && slow.leasesLost == 0)
        let attempts = try place.attempts("slow")
        #expect(attempts.map(\.outcome) == [.lost, .lost, .lost, .lost, .done])
        #expect(attempts.first?.error?.contains("signal 9 (SIGKILL)") == true)
    }

    @Test func workersEndWithTheirSupervisorAndTheNextOneTakesTheirJobs() throws {
        try place.enqueue("slow", "wait", gate: "gate")
        let supervisor = Process()
        supervisor.executableURL = URL(fileURLWithPath: FaultPlace.executable)
        supervisor.arguments = ["supervise", place.store.path]
        try supervisor.run()
        let worker = try place.runner(of: "slow", gate: "gate")
        let name = try #require(try place.job("slow").owner)
        #expect(kill(supervisor.processIdentifier, SIGKILL) == 0)
        supervisor.waitUntilExit()
        try place.wait(for: "the end of worker process \(worker.process)") { Machine.hasEnded(name) }
        // Its lease would last for another minute.
        let running = RunningSupervisor(place.supervisor())
        _ = try place.runner(of: "slow", gate: "gate", after: worker)
        try place.open("gate")
        try running.finish()
        #expect(try place.attempts("slow").map(\.outcome) == [.lost, .done])
        #expect(try place.job("slow").leasesLost == 0)
    }

    @Test func workerThatSleptThroughItsLeaseIsRefusedAndLivesOn() throws {
        try place.enqueue("slow", "wait", gate: "gate")
        let supervisor = place.supervisor(workers: 2, lease: .seconds(10)) { $0.watches = true }
        let running = RunningSupervisor(supervisor)
        let sleeper = try place.runner(of: "slow", gate: "gate")
        #expect(kill(sleeper.process, SIGSTOP) == 0)
        let other = try place.runner(of: "slow", gate: "gate", after: sleeper)
        #expect(other.process != sleeper.process)
        try place.open("gate")
        try place.wait(for: "the end of the job") { try place.job("slow").state == .done }
        #expect(kill(sleeper.process, SIGCONT) == 0)
        try place.wait(for: "the refusal") { place.log.messages.contains { $0.contains("was lost") } }
        // Both processes are needed for these two, and the one that slept is one of them.
        for key in ["left", "right"] { try place.enqueue(key, "wait", gate: "second") }
        let holders = try ["left", "right"].map { try place.runner(of: $0, gate: "second").process }
        #expect(Set(holders) == [sleeper.process, other.process])
        try place.open("second")
        supervisor.drain()
        try running.finish()
        #expect(try place.attempts("slow").map(\.outcome) == [.lost, .done])
        #expect(place.log.messages.count { $0.contains("was lost") } == 1)
        #expect(try place.store.jobCounts()[.done] == 11)
    }

    @Test func stopEndsAHandlerThatReachesNoCheckpoint() throws {
        try place.enqueue("bad", "hang")
        let supervisor = place.supervisor()
        let running = RunningSupervisor(supervisor)
        let worker = try place.holder(of: "bad")
        supervisor.stop()
        try running.finish()
        #expect(kill(worker, 0) == -1)
        #expect(try place.job("bad").state == .ready)
        #expect(try place.job("bad").attemptsMade == 0)
    }

    @Test func drainHandsBackWhatDoesNotFinishInTime() throws {
        try place.enqueue("bad", "hang")
        let supervisor = place.supervisor { $0.drainDeadline = .milliseconds(20) }
        let running = RunningSupervisor(supervisor)
        _ = try place.holder(of: "bad")
        supervisor.drain()
        try running.finish()
        #expect(try place.job("bad").state == .ready)
        #expect(try place.job("bad").attemptsMade == 0)
    }

    @Test func drainLetsTheRunningJobFinish() throws {
        try place.enqueue("slow", "wait", gate: "gate")
        let supervisor = place.supervisor(workers: 1) { $0.watches = true }
        let running = RunningSupervisor(supervisor)
        _ = try place.runner(of: "slow", gate: "gate")
        supervisor.drain()
        try place.open("gate")
        try running.finish()
        #expect(try place.job("slow").state == .done)
    }

    @Test func longJobDoesNotKeepTheRestOfItsBatch() throws {
        // After eight short ones a worker claims several at once.
        try place.enqueue("slow", "wait", gate: "gate")
        for number in 8..<30 { try place.enqueue("good-\(number)", "none") }
        let running = RunningSupervisor(place.supervisor(workers: 2))
        try place.wait(for: "all others") { try place.store.jobCounts()[.done] == 30 }
        try place.open("gate")
        try running.finish()
        #expect(try place.job("slow").state == .done)
    }

    @Test func crashUnderABusyStoreIsToldByTheSupervisorThatSawItAndByNoOther() throws {
        try place.enqueue("slow", "wait", gate: "gate")
        let supervisors = [place.supervisor(workers: 1), place.supervisor(workers: 1)].map(RunningSupervisor.init)
        let runner = try place.runner(of: "slow", gate: "gate")
        // Long enough for several looks at the leases by both.
        try place.keepBusy(.seconds(2)) { #expect(kill(runner.process, SIGSEGV) == 0) }
        _ = try place.runner(of: "slow", gate: "gate", after: runner)
        try place.open("gate")
        for supervisor in supervisors { try supervisor.finish() }
        let attempts = try place.attempts("slow")
        #expect(attempts.map(\.outcome) == [.lost, .done])
        #expect(attempts.first?.error?.contains("signal 11 (SIGSEGV)") == true, "\(attempts.first?.error ?? "-")")
        #expect(try place.job("slow").leasesLost == 1)
    }

    @Test func crashIsSeenWhereTheSignalOfEndsWasIgnored() throws {
        try place.enqueue("bad", "crash")
        let supervisor = Process()
        supervisor.executableURL = URL(fileURLWithPath: "/bin/bash")
        supervisor.arguments = [
            "-c", "trap '' CHLD; exec \"$0\" supervise \"$1\"", FaultPlace.executable, place.store.path,
        ]
        try supervisor.run()
        defer {
            // It inherits a mask that holds milder signals back.
            kill(supervisor.processIdentifier, SIGKILL)
            supervisor.waitUntilExit()
        }
        try place.wait(for: "the end of all jobs") { try place.store.jobCounts().isSettled }
        try expectDead("bad", .lost, saying: "was ended by signal 11 (SIGSEGV)")
    }

    @Test func processThatNeverTakesAJobEndsTheWork() throws {
        let supervisor = Supervisor(
            store: place.store, kinds: ["fault"],
            settings: .init(workers: 2, command: WorkerCommand(executable: "/bin/false", arguments: ["false"])),
            logger: place.log.logger)
        let error = #expect(throws: WorkerFailure.self) { try supervisor.run() }
        #expect(error?.description.contains("end before they take a job") == true)
    }

    @Test func processThatCannotBeStartedEndsTheWork() throws {
        let supervisor = Supervisor(
            store: place.store, kinds: ["fault"],
            settings: .init(workers: 1, command: WorkerCommand(executable: "/nowhere/worker", arguments: ["worker"])),
            logger: place.log.logger)
        let error = #expect(throws: WorkerFailure.self) { try supervisor.run() }
        #expect(error?.description.contains("/nowhere/worker") == true)
    }
}
