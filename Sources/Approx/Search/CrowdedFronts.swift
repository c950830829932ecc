/// Candidates in the order of NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002): by front, and within a front those first
/// that have few others near them.
package struct CrowdedFronts: Hashable, Sendable {
    /// Indices, ascending. No candidate dominates another one of its front, and each is dominated by one of the front before.
    package let fronts: [[Int]]
    /// By index: the front that it is in.
    package let ranks: [Int]
    /// By index: the sides of the box that its neighbours in the front span, in widths of the front; infinite at the ends.
    package let distances: [Double]

    /// - Complexity: O(*n*²) comparisons.
    package init(of candidates: [Objectives]) {
        fronts = Self.sorted(candidates)
        var ranks = Array(repeating: 0, count: candidates.count)
        var distances = Array(repeating: 0.0, count: candidates.count)
        for (rank, front) in fronts.enumerated() {
            for (index, distance) in zip(front, Self.distances(front.map { candidates[$0].values })) {
                ranks[index] = rank
                distances[index] = distance
            }
        }
        (self.ranks, self.distances) = (ranks, distances)
    }

    /// The crowded comparison: a better front, or more room in the same one.
    package func isBetter(_ index: Int, than other: Int) -> Bool {
        ranks[index] != ranks[other] ? ranks[index] < ranks[other] : distances[index] > distances[other]
    }

    /// The first `count` by the crowded comparison, of equal ones those of lower index; all if there are no more.
    package func best(_ count: Int) -> [Int] {
        let order = ranks.indices.sorted { isBetter($0, than: $1) || !isBetter($1, than: $0) && $0 < $1 }
        return Array(order.prefix(count))
    }

    /// Fast non-dominated sorting (section III-A).
    private static func sorted(_ candidates: [Objectives]) -> [[Int]] {
        var dominators = Array(repeating: 0, count: candidates.count)
        var dominated = Array(repeating: [Int](), count: candidates.count)
        for (index, candidate) in candidates.enumerated() {
            for other in candidates.indices where candidate.dominates(candidates[other]) {
                dominated[index].append(other)
                dominators[other] += 1
            }
        }
        var fronts: [[Int]] = []
        var front = candidates.indices.filter { dominators[$0] == 0 }
        while !front.isEmpty {
            fronts.append(front)
            var next: [Int] = []
            for other in front.flatMap({ dominated[$0] }) {
                dominators[other] -= 1
                if dominators[other] == 0 { next.append(other) }
            }
            front = next.sorted()
        }
        return fronts
    }

    /// Crowding distances (section III-B) of a front's members.
    private static func distances(_ front: [[Double]]) -> [Double] {
        var distances = Array(repeating: 0.0, count: front.count)
        for objective in (front.first ?? []).indices {
            let order = front.indices.sorted { (front[$0][objective], $0) < (front[$1][objective], $1) }
            guard let first = order.first, let last = order.last else { continue }
            let width = front[last][objective] - front[first][objective]
            for place in order.indices.dropFirst().dropLast() where width > 0 {
                let gap = front[order[place + 1]][objective] - front[order[place - 1]][objective]
                distances[order[place]] += gap / width
            }
            distances[first] = .infinity
            distances[last] = .infinity
        }
        return distances
    }
}
