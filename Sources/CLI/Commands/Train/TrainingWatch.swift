internal import Network
internal import Store
internal import Synchronization

/// Says on the console how a training goes, epoch by epoch, from the states that it saves.
final class TrainingWatch: Sendable {
    private struct Seen {
        /// Behind which the curve has another point, as far as is known.
        var nextShare = 0.0
        var points = 0
    }

    private let job: JobID
    private let stepsPerEpoch: Int
    private let store: Store
    private let seen = Mutex(Seen())

    init(_ job: JobID, stepsPerEpoch: Int, in store: Store) {
        self.job = job
        self.stepsPerEpoch = stepsPerEpoch
        self.store = store
    }

    /// Writes what is new. A store that cannot be read right now is read the next time.
    @Sendable func tell(_ console: Console) {
        guard let share = try? store.savedProgress(JobFilter(ids: [job])).first?.share else { return }
        seen.withLock { seen in
            // A state is as large as the network: it is read when there must be a new point in it.
            guard share >= seen.nextShare, let state = try? store.progress(of: job)?.state,
                let progress = try? SupervisedProgress(ofState: state)
            else { return }
            seen.nextShare = progress.shareOfNextPoint
            for point in progress.curve.dropFirst(seen.points) { console.write(line(point)) }
            seen.points = max(seen.points, progress.curve.count)
        }
    }

    /// Writes the points that no state was saved with, when the training is done.
    func tellRest(of curve: [TrainingEpoch]) {
        for point in curve.dropFirst(seen.withLock(\.points)) { StandardError.writeLine(line(point)) }
    }

    private func line(_ point: TrainingEpoch) -> String {
        let training = Figure.percent(point.trainingCorrect, of: point.trainingImages)
        return
            "epoch \(Figure.compact(Double(point.steps) / Double(stepsPerEpoch))): loss \(Figure.fixed(point.loss, 4)), "
            + "training \(training) % of \(Figure.count(point.trainingImages)), validation "
            + Figure.accuracy(correct: point.validationCorrect, of: point.validationImages)
    }
}
