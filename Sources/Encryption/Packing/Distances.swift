/// Which diagonals a matrix has on its slots, and how their rotations are shared between baby and giant steps.
///
/// Slot s of the target reads slot s + d of a source; d is the distance, cyclic in the block. A vector target that is
/// shorter than its sources sums up partial results: entries go where d stays below the vector's period, and the
/// period's repetitions are added up by rotations (Juvekar, Vaikuntanathan and Chandrakasan 2018).
package struct Distances: Sendable {
    /// One entry of the matrix on its way into a diagonal.
    package struct Place {
        package let output: Int
        package let input: Int
        package let distance: Int
        /// Where it is written, the first time.
        package let position: Int
    }

    package let block: Int
    package let target: Placement
    /// Of every term.
    package let sources: [Placement]
    /// Ciphertexts of the terms before, for each term.
    package let firstInputs: [Int]
    /// Entries are written again so many positions on.
    package let repetition: Int

    package init(target: Placement, sources: [Placement], block: Int) {
        self.target = target
        self.sources = sources
        self.block = block
        var first = 0
        firstInputs = sources.map { source in
            defer { first += source.ciphertextCount }
            return first
        }
        let widest = sources.reduce(1) { max($0, $1.period) }
        repetition = target.period == block ? block : max(target.period, widest)
    }

    package var inputCount: Int { sources.reduce(0) { $0 + $1.ciphertextCount } }
    package var outputCount: Int { target.ciphertextCount }

    /// Distances by which partial results are added up, one after the other.
    package var folds: [Int] {
        guard target.period < block else { return [] }
        return sequence(first: target.period) { $0 * 2 }.prefix { $0 < repetition }.map { $0 }
    }

    package func place(row: Int, column: Int, of term: Int) -> Place {
        let source = sources[term]
        let output = Int(target.positions[row])
        let input = Int(source.positions[column])
        let cycle = target.period == block ? source.period : min(target.period, source.period)
        var distance = (input - output + block) % cycle
        // Of a source's repetitions, a target that stands once reads the nearest, on either side.
        if target.period == block && distance > cycle / 2 { distance += block - cycle }
        // Of a shorter target: the partial result that reads the input itself, or one of its repetitions.
        let position = target.period == block ? output : (input - distance + block) % repetition
        let isRepeated = source.period < target.period
        return Place(
            output: Int(target.ciphertexts[row]), input: firstInputs[term] + Int(source.ciphertexts[column]),
            distance: distance, position: isRepeated ? output : position)
    }

    /// By output and input ciphertext, the distances that occur, ascending.
    package func pattern(of terms: [SparseMatrix]) -> [[[Int]]] {
        var seen = [Bool](repeating: false, count: outputCount * inputCount * block)
        for (term, matrix) in terms.enumerated() {
            matrix.forEach { row, column, _ in
                let place = place(row: row, column: column, of: term)
                seen[(place.output * inputCount + place.input) * block + place.distance] = true
            }
        }
        return (0..<outputCount).map { output in
            (0..<inputCount).map { input in
                let start = (output * inputCount + input) * block
                return (0..<block).filter { seen[start + $0] }
            }
        }
    }
}
