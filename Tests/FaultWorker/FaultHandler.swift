internal import Foundation
internal import Store
internal import Worker

/// Does to its process what the payload of the job says.
struct FaultHandler: JobHandler {
    static let kind: JobKind = "fault"

    private enum Fault: String, Codable {
        case none, fail, crash, trap, exit, hang, allocate
        /// Waits until there is a file `gate`, deaf to checkpoints; leaves a file `gate.JOB.TOKEN` when it begins.
        case wait
        /// Saves a state and then waits as `wait` does; with a state that an earlier attempt left, it is done at once.
        case resume
    }

    private struct Payload: Codable {
        var fault: Fault
        var gate: String?
    }

    private struct Failure: Error, CustomStringConvertible {
        let description = "the handler failed"
    }

    var kind: JobKind { Self.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: Payload.self)
        switch payload.fault {
        case .none: break
        case .fail: throw Failure()
        case .crash: UnsafeMutablePointer<Int>(bitPattern: 64)?.pointee = 1
        case .trap: preconditionFailure("the handler trapped")
        case .exit: exit(3)
        case .hang: while true { sleep(1) }
        case .allocate: allocate()
        case .wait:
            let gate = payload.gate ?? ""
            try Data().write(to: URL(fileURLWithPath: "\(gate).\(job.id).\(job.token)"))
            wait(for: gate)
        case .resume: try saveAndWait(job, context, gate: payload.gate ?? "")
        }
        return JobResult { _ in }
    }

    private func saveAndWait(_ job: LeasedJob, _ context: JobContext, gate: String) throws {
        let saved = try context.resume { $0 }
        guard saved != Data(job.key.utf8) else { return }
        try context.save(progress: 0.5) { Data(job.key.utf8) }
        try Data().write(to: URL(fileURLWithPath: "\(gate).\(job.id).\(job.token)"))
        wait(for: gate)
    }

    private func allocate() {
        var kept: [[UInt8]] = []
        while true {
            kept.append([UInt8](repeating: 1, count: 4 << 20))
            usleep(1000)
        }
    }

    private func wait(for gate: String) {
        while !FileManager.default.fileExists(atPath: gate) { usleep(2000) }
    }
}
