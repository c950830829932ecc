internal import Foundation

/// Named figures, printed as one JSON object.
struct Measurement {
    private let figures: [String: Double]

    init(_ figures: [String: Double]) {
        self.figures = figures
    }

    func print() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        Swift.print(String(decoding: try encoder.encode(figures), as: UTF8.self))
    }
}

/// Wall-clock time of a piece of work.
enum Stopwatch {
    static func seconds(_ work: () throws -> Void) rethrows -> Double {
        let started = ContinuousClock.now
        try work()
        return (ContinuousClock.now - started) / .seconds(1)
    }
}
