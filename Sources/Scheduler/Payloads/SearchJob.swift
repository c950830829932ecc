package import Store

/// One step of a search: reads what came out of the plans so far, and enqueues the next ones with the step behind them.
///
/// All that a search knows is in the store: trials are ordinary plans and evaluations, so that one which is stopped goes
/// on, and another one that wants the same plan finds it there.
package struct SearchJob: JobPayload {
    package static let kind: JobKind = "search"

    /// Identity of the model.
    package var model: String
    package var wish: SearchWish
    /// The plans of the steps before, in order: by layer, an index into its options.
    package var tried: [[Int]]

    package init(model: String, wish: SearchWish, tried: [[Int]]) {
        self.model = model
        self.wish = wish
        self.tried = tried
    }
}
