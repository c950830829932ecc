/// One thing that is wrong with a store.
package struct StoreFinding: Hashable, Sendable {
    package enum Area: String, CaseIterable, Sendable {
        /// Pages, indexes and references, which SQLite itself looks after.
        case file
        case queue
        case catalogue
        case results
    }

    package let area: Area
    /// What is wrong, with the values that show it.
    package let problem: String
    /// What to do about it.
    package let advice: String

    package init(_ area: Area, _ problem: String, advice: String) {
        self.area = area
        self.problem = problem
        self.advice = advice
    }

    static let restore = "restore a backup: what lies in one is whole"
}
