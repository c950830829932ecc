/// Sampled positions of one layer, from which its linear piece is reconstructed.
///
/// Rows stand in the order of the images; the last tenth is held out, to say when a reconstruction stops helping.
package struct LayerSample: Sendable {
    /// What the polynomial network feeds the linear piece: rows x features, the last feature being the constant 1.
    package let inputs: RowMatrix
    /// What the linear piece is to give, rows x channels: the original network's pre-activation without the addend.
    package let targets: RowMatrix
    /// What else the polynomial network adds to the pre-activation, as a shortcut does, rows x channels.
    package let addend: RowMatrix?
    /// How many positions of the layer each row stands for, up to a common factor.
    package let weights: [Float]

    package init(inputs: RowMatrix, targets: RowMatrix, addend: RowMatrix?, weights: [Float]) {
        precondition(inputs.rows == targets.rows, "every row has its target")
        precondition(inputs.rows == weights.count, "every row has its weight")
        precondition(
            addend.map { $0.rows == inputs.rows && $0.columns == targets.columns } ?? true,
            "every row has its addend, channel by channel")
        self.inputs = inputs
        self.targets = targets
        self.addend = addend
        self.weights = weights
    }

    /// - Throws: ``ApproxError/noValues`` where there is nothing to fit, ``ApproxError/nonFiniteRows(of:)``.
    func validate() throws(ApproxError) {
        guard !trainingRows.isEmpty, trainingWeight > 0 else { throw .noValues }
        guard inputs.isFinite else { throw .nonFiniteRows(of: "inputs") }
        guard targets.isFinite else { throw .nonFiniteRows(of: "targets") }
        guard addend?.isFinite ?? true else { throw .nonFiniteRows(of: "addends") }
        guard weights.allSatisfy({ $0.isFinite && $0 >= 0 }) else { throw .nonFiniteRows(of: "weights") }
    }

    var rows: Int { inputs.rows }
    var features: Int { inputs.columns }
    var channels: Int { targets.columns }

    /// The rows that weights are fitted on, and the polynomials that go with them.
    var trainingRows: Range<Int> { 0..<rows * 9 / 10 }
    var heldOutRows: Range<Int> { trainingRows.upperBound..<rows }

    /// The sum of the training rows' weights.
    var trainingWeight: Double { trainingRows.reduce(0) { $0 + Double(weights[$1]) } }
}
