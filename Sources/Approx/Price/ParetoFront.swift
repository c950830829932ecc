/// What nothing else beats: at least as good and no dearer.
///
/// For example:
///
///     ParetoFront(of: [(3, 90), (4, 89), (5, 95)]).members   // 0 and 2
package struct ParetoFront: Hashable, Sendable {
    /// Indices, by rising cost; each is better than all that cost less. Of equals the first.
    package let members: [Int]

    /// - Parameter candidates: What each costs, and how good it is.
    package init(of candidates: [(cost: Int, value: Double)]) {
        let order = candidates.indices.sorted { first, second in
            let (a, b) = (candidates[first], candidates[second])
            if a.cost != b.cost { return a.cost < b.cost }
            return a.value != b.value ? a.value > b.value : first < second
        }
        var best = -Double.infinity
        members = order.filter { index in
            guard candidates[index].value > best else { return false }
            best = candidates[index].value
            return true
        }
    }
}
