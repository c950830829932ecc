/// Whole numbers written `2...7`, `2,4,8` or `4`.
struct NumberRanges {
    private let ranges: [ClosedRange<Int>]

    /// Nil for anything else.
    init?(parsing text: String) {
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = part.split(separator: "...", omittingEmptySubsequences: false).map { Int($0.trimmingSpaces) }
            guard (1...2).contains(bounds.count), let first = bounds[0], let last = bounds[bounds.count - 1],
                first <= last
            else { return nil }
            ranges.append(first...last)
        }
        self.ranges = ranges
    }

    var ends: [Int] { ranges.flatMap { [$0.lowerBound, $0.upperBound] } }

    /// Ascending and without repetition.
    var numbers: [Int] { ranges.reduce(into: Set()) { $0.formUnion($1) }.sorted() }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
