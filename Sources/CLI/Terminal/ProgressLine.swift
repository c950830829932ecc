internal import Foundation

/// One line on standard error that says how far the work is and how long the rest will take.
///
/// On a terminal the line is redrawn; elsewhere a new line is written at most every ten seconds, so that logs stay short.
/// Used from one thread.
struct ProgressLine {
    private let redraws: Bool
    private let started: ContinuousClock.Instant
    private var lastWritten: ContinuousClock.Instant?
    private var doneAtStart: Double?
    private let unit: String

    /// - Parameter unit: What is counted.
    init(unit: String = "jobs") {
        self.unit = unit
        redraws = isatty(STDERR_FILENO) == 1
        started = .now
    }

    /// - Parameters:
    ///   - begun: What of those that run is done, as their number: 0.25 for a quarter of one.
    ///   - detail: What is being done, such as "evaluate-layer 3".
    mutating func show(finished: Int, of total: Int, begun: Double = 0, detail: String) {
        let now = ContinuousClock.now
        let pause: Duration = redraws ? .milliseconds(100) : .seconds(10)
        if let lastWritten, now - lastWritten < pause { return }
        lastWritten = now
        let done = Double(finished) + begun
        let start = doneAtStart ?? done
        doneAtStart = start
        let elapsed = started.duration(to: now) / .seconds(1)
        var text = "\(finished) / \(total) \(unit), \(Figure.duration(elapsed))"
        // From less it would be a guess.
        if done - start >= 0.02 * Double(total), finished < total {
            let rest = elapsed / (done - start) * (Double(total) - done)
            text += ", about \(Figure.duration(rest)) left"
        }
        if !detail.isEmpty { text += ": \(detail)" }
        StandardError.write(redraws ? "\r\u{1B}[2K\(text.prefix(Self.width))" : text + "\n")
    }

    /// Takes the line away, so that what follows starts on a clean one.
    func clear() {
        if redraws { StandardError.write("\r\u{1B}[2K") }
    }

    /// Columns of the terminal, less one so that the line never wraps.
    private static var width: Int {
        var size = winsize()
        let known = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1
        return known ? Int(size.ws_col) - 1 : 79
    }
}
