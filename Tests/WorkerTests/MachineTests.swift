import Foundation
import Store
import Testing
import Worker

@Suite struct MachineTests {
    private func renamed(_ change: (WorkerProcessID) -> WorkerProcessID) throws -> WorkerID {
        let own = try #require(Machine.worker(getpid()))
        return WorkerID(change(try #require(own.process)))
    }

    @Test func thisProcessLives() throws {
        let own = try #require(Machine.worker(getpid()))
        #expect(Machine.isHere(own))
        #expect(!Machine.hasEnded(own))
    }

    @Test func numberThatCameAgainIsAnotherProcess() throws {
        let before = try renamed {
            WorkerProcessID(host: $0.host, space: $0.space, number: $0.number, startedAt: $0.startedAt - 1)
        }
        #expect(Machine.hasEnded(before))
    }

    @Test func processThatWasWaitedForHasEnded() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        let name = try #require(Machine.worker(process.processIdentifier))
        #expect(!Machine.hasEnded(name))
        #expect(kill(process.processIdentifier, SIGKILL) == 0)
        process.waitUntilExit()
        #expect(Machine.hasEnded(name))
    }

    @Test func processOfAnotherHostOrContainerIsNotJudged() throws {
        let elsewhere = try renamed {
            WorkerProcessID(host: "elsewhere", space: $0.space, number: 1 << 30, startedAt: 1)
        }
        let container = try renamed {
            WorkerProcessID(host: $0.host, space: "another", number: 1 << 30, startedAt: 1)
        }
        for name in [elsewhere, container, "worker-1"] {
            #expect(!Machine.isHere(name))
            #expect(!Machine.hasEnded(name))
        }
    }

    @Test func memoryOfThisProcessIsWithinTheMachines() throws {
        let used = try #require(Memory.used(by: getpid()))
        #expect(used > 100_000 && used < Memory.total)
        #expect(Memory.standardLimit(workers: 1000) <= Memory.total)
        #expect(Memory.used(by: 1 << 30) == nil)
    }

    @Test func failuresOfOneCauseAreToldOnce() {
        let log = FailureLog()
        let told = (0..<2000).filter { log.isNew(cause: "layer \($0) has coincident centroids") }
        #expect(told == [0])
        #expect(log.isNew(cause: "the disk is gone"))
        #expect(log.summary == ["1999 more failures for: layer 0 has coincident centroids"])
    }
}
