internal import Dispatch
internal import Foundation
internal import Store
internal import Worker

/// Watches the queue from a thread of its own and keeps the progress line true.
final class ProgressMonitor {
    /// What the timer's thread works with.
    private struct View: Sendable {
        let store: Store
        let filter: JobFilter?
        let console: Console
        let telling: (@Sendable (Console) -> Void)?

        /// A store that cannot be read right now costs one redraw, no more: the supervisor reports its own troubles.
        func tick() {
            guard let counts = try? filter.map({ try store.jobCounts($0) }) ?? store.jobCounts() else { return }
            telling?(console)
            let finished = JobState.allCases.filter(\.isFinal).reduce(0) { $0 + counts[$1] }
            let running = counts.counts.filter { ($0.value[.leased] ?? 0) > 0 }.map(\.key).sorted {
                $0.rawValue < $1.rawValue
            }
            // Also of jobs that wait to go on: what they have done before is nothing that this run has done.
            let shares = (try? store.savedProgress(filter ?? JobFilter())) ?? []
            var detail = running.map { kind in
                Self.words(kind.rawValue, shares.first { $0.kind == kind }?.share)
            }.joined(separator: ", ")
            if running.isEmpty, counts[.ready] > 0, filter != nil, let other = try? store.leases().first {
                let share = (try? store.savedProgress(JobFilter()))?.first { $0.job == other.id }?.share
                detail = "waiting for job \(other.id), \(Self.words(other.kind.rawValue, share))"
            }
            if counts[.dead] > 0 { detail += " (\(counts[.dead]) dead)" }
            if counts[.leased] > 0, let waiting = try? Self.elsewhere(store.leases()) { detail += "; \(waiting)" }
            console.show(
                finished: finished, of: counts.total, begun: shares.reduce(0) { $0 + $1.share }, detail: detail)
        }

        /// "check 64 %".
        private static func words(_ kind: String, _ share: Double?) -> String {
            kind + (share.map { " \(Int(100 * $0)) %" } ?? "")
        }

        /// "3 jobs are held by HOST until 12:34:56": what only that host can finish, or its lease's end give back.
        private static func elsewhere(_ leases: [LeasedJob]) -> String? {
            let far = leases.filter { !Machine.isHere($0.owner) }
            guard let until = far.map(\.leaseExpiresAt).max() else { return nil }
            let hosts = Set(far.map { $0.owner.process?.host ?? $0.owner.description }).sorted()
            let verb = far.count == 1 ? "job is" : "jobs are"
            return "\(far.count) \(verb) held by \(hosts.joined(separator: ", ")) until \(Figure.timeOfDay(until))"
        }
    }

    private let view: View
    private let timer: any DispatchSourceTimer
    private let queue = DispatchQueue(label: "centroid.progress")

    /// - Parameter telling: Called with each look at the queue.
    init(store: Store, filter: JobFilter?, console: Console, telling: (@Sendable (Console) -> Void)? = nil) {
        view = View(store: store, filter: filter, console: console, telling: telling)
        timer = DispatchSource.makeTimerSource(queue: queue)
    }

    func start() {
        timer.schedule(deadline: .now() + 0.2, repeating: 0.2)
        timer.setEventHandler { [view] in view.tick() }
        timer.activate()
    }

    /// Waits for a tick that is running, then takes the line away.
    func stop() {
        timer.cancel()
        queue.sync { view.console.clear() }
    }
}
