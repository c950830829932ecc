/// A matrix between ciphertexts: diagonals, grouped as baby steps and giant steps want them.
package struct MatrixStep: Sendable {
    /// One diagonal, or the part of it that one pair of ciphertexts has.
    struct Product: Sendable {
        /// Which rotated input.
        var rotation: Int
        /// Within the block, already moved by the giant step; every ``MatrixStep/repetition`` positions again.
        var positions: [Int32] = []
        var values: [Double] = []
    }

    /// Products whose sum is rotated together.
    struct Group: Sendable {
        /// Positions by which the sum is rotated.
        var giant: Int
        var products: [Product] = []
    }

    /// An input ciphertext, rotated by so many positions.
    struct Rotation: Hashable, Sendable {
        var input: Int
        var baby: Int
    }

    let target: LinearPiece.Target
    /// What the matrices of the terms read, and how many ciphertexts each of them has.
    let sources: [(value: CircuitValue, ciphertexts: Int)]
    let rotations: [Rotation]
    /// By output ciphertext.
    let outputs: [[Group]]
    /// Positions by which partial results are added to themselves, one after the other.
    let folds: [Int]
    let repetition: Int
    /// What is added at the end: one block for each output ciphertext.
    let bias: [[Double]]
    /// Of the inputs; the outputs stand one level on.
    package let level: Int

    init(_ piece: LinearPiece, _ distances: Distances, _ split: RotationSplit, level: Int) {
        target = piece.target
        sources = zip(piece.form.terms, distances.sources).map { ($0.value, $1.ciphertextCount) }
        folds = distances.folds
        repetition = distances.repetition
        bias = distances.target.blocks(of: piece.form.bias, block: distances.block)
        self.level = level
        var outputs = [[Group]](repeating: [], count: distances.outputCount)
        var rotations: [Rotation] = []
        var known: [Rotation: Int] = [:]
        var groups = [[Int: Int]](repeating: [:], count: distances.outputCount)
        // By output, input and distance: the group and the product that it goes to.
        var homes: [Int: (group: Int, product: Int)] = [:]
        for (term, matrix) in piece.form.terms.map(\.matrix).enumerated() {
            matrix.forEach { row, column, value in
                let place = distances.place(row: row, column: column, of: term)
                let (giant, baby) = split.parts(of: place.distance)
                let key = (place.output * distances.inputCount + place.input) * distances.block + place.distance
                let home: (group: Int, product: Int)
                if let found = homes[key] {
                    home = found
                } else {
                    let rotation = Rotation(input: place.input, baby: baby)
                    if known[rotation] == nil {
                        known[rotation] = rotations.count
                        rotations.append(rotation)
                    }
                    if groups[place.output][giant] == nil {
                        groups[place.output][giant] = outputs[place.output].count
                        outputs[place.output].append(Group(giant: giant))
                    }
                    let group = groups[place.output][giant] ?? 0
                    home = (group, outputs[place.output][group].products.count)
                    outputs[place.output][group].products.append(Product(rotation: known[rotation] ?? 0))
                    homes[key] = home
                }
                let position = (place.position + giant) % distances.repetition
                outputs[place.output][home.group].products[home.product].positions.append(Int32(position))
                outputs[place.output][home.group].products[home.product].values.append(value)
            }
        }
        // A ciphertext of zeros is made like every other one.
        for output in outputs.indices where outputs[output].isEmpty {
            if rotations.isEmpty { rotations.append(Rotation(input: 0, baby: 0)) }
            outputs[output] = [Group(giant: 0, products: [Product(rotation: 0)])]
        }
        self.rotations = rotations
        self.outputs = outputs
    }

    var inputCount: Int { sources.reduce(0) { $0 + $1.ciphertexts } }
    var productCount: Int { outputs.joined().reduce(0) { $0 + $1.products.count } }
    var entryCount: Int { outputs.joined().reduce(0) { $1.products.reduce($0) { $0 + $1.values.count } } }
    /// Inputs of which at least one rotation is needed.
    var rotatedInputs: Int { Set(rotations.filter { $0.baby != 0 }.map(\.input)).count }
    var babyCount: Int { rotations.count { $0.baby != 0 } }
    var giantCount: Int { outputs.joined().count { $0.giant != 0 } + folds.count * outputs.count }

    /// Distances in positions for which rotation keys are needed.
    var distances: Set<Int> {
        Set(rotations.map(\.baby)).union(outputs.joined().map(\.giant)).union(folds).subtracting([0])
    }

    /// The values of a diagonal in all slots.
    ///
    /// - Parameters:
    ///   - images: Slots at each position.
    ///   - factor: What all values are multiplied by.
    func slots(of product: Product, block: Int, images: Int, factor: Double) -> [Double] {
        var slots = [Double](repeating: 0, count: block * images)
        for (position, value) in zip(product.positions, product.values) {
            for start in stride(from: Int(position), to: block, by: repetition) {
                for image in 0..<images { slots[start * images + image] = value * factor }
            }
        }
        return slots
    }
}
