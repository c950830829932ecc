/// How soon a worker process is followed by another: at once, and ever later if that one does not last either.
struct RestartPace {
    /// Who lives so long has recovered.
    static let recovered: Duration = .seconds(5)
    static let longest: Duration = .seconds(5)
    /// Processes in a row that ended before they had a job, after which another makes no sense.
    static let maximumStillborn = 5

    private(set) var ends = 0
    private(set) var stillborn = 0

    /// - Parameters:
    ///   - lifetime: How long the process lived.
    ///   - isStillborn: Whether it ended by its own doing and without a job.
    /// - Returns: The wait until the next one.
    mutating func note(lifetime: Duration, isStillborn: Bool) -> Duration {
        stillborn = isStillborn && lifetime < Self.recovered ? stillborn + 1 : 0
        ends = lifetime < Self.recovered ? ends + 1 : 1
        guard ends > 1 else { return .zero }
        return min(.milliseconds(50 << min(ends - 2, 10)), Self.longest)
    }
}
