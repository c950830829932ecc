internal import Store
internal import Worker

/// A time such as `90`, `90s`, `10m`, `2h`.
struct TimeSpan: Hashable, Sendable {
    static let minute = TimeSpan(duration: .seconds(60))
    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]

    let duration: Duration

    private init(duration: Duration) {
        self.duration = duration
    }

    init(parsing text: String) throws(OptionError) {
        let unit = text.last.flatMap { Self.units[$0] }
        guard let value = Double(unit == nil ? text : String(text.dropLast())), value.isFinite, value > 0 else {
            throw OptionError("'\(text)' is no time; write 90s, 10m or 2h")
        }
        // A year is as good as for ever, and no sum overflows.
        duration = .seconds(min(value * (unit ?? 1), 365 * 24 * 3600))
    }
}

/// How long the jobs of one kind may run, or those of every kind.
struct JobTimeout: Hashable, Sendable {
    /// As it was written.
    let text: String
    private let kind: JobKind?
    private let span: TimeSpan

    init(parsing text: String) throws(OptionError) {
        self.text = text
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        span = try TimeSpan(parsing: parts.last ?? "")
        kind = parts.count == 2 ? JobKind(rawValue: parts[0]) : nil
        if let kind, !JobHandlers.kinds.contains(kind) {
            let known = JobHandlers.kinds.map(\.rawValue).joined(separator: ", ")
            throw OptionError("there is no kind of job '\(kind)'; choose from \(known)")
        }
    }

    /// The limit of each kind: what names it goes before what names none, and the later one before the earlier.
    static func byKind(_ timeouts: [JobTimeout]) -> [JobKind: Duration] {
        var limits: [JobKind: Duration] = [:]
        for timeout in timeouts where timeout.kind == nil {
            for kind in JobHandlers.kinds { limits[kind] = timeout.span.duration }
        }
        for timeout in timeouts {
            if let kind = timeout.kind { limits[kind] = timeout.span.duration }
        }
        return limits
    }
}
