internal import Dispatch
internal import Foundation
internal import Store
internal import Synchronization

/// Watches the queue from a thread of its own and keeps the progress line true.
final class ProgressMonitor {
    /// What the timer's thread works with.
    private final class View: Sendable {
        private let store: Store
        private let filter: JobFilter?
        private let line = Mutex(ProgressLine())

        init(store: Store, filter: JobFilter?) {
            self.store = store
            self.filter = filter
        }

        /// A store that cannot be read right now costs one redraw, no more: the pool reports its own troubles.
        func tick() {
            guard let counts = try? filter.map({ try store.jobCounts($0) }) ?? store.jobCounts() else { return }
            let finished = JobState.allCases.filter(\.isFinal).reduce(0) { $0 + counts[$1] }
            let running = counts.counts.filter { ($0.value[.leased] ?? 0) > 0 }.map(\.key.rawValue).sorted()
            var detail = running.joined(separator: ", ")
            if counts[.dead] > 0 { detail += " (\(counts[.dead]) dead)" }
            line.withLock { $0.show(finished: finished, of: counts.total, detail: detail) }
        }

        func clear() {
            line.withLock { $0.clear() }
        }
    }

    private let view: View
    private let timer: any DispatchSourceTimer
    private let queue = DispatchQueue(label: "centroid.progress")

    init(store: Store, filter: JobFilter?) {
        view = View(store: store, filter: filter)
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
        queue.sync { view.clear() }
    }
}
