/// How the distances of a matrix become rotations: distance = giant + baby, babies of the inputs (which share the work of
/// taking a ciphertext apart) before the products, giants of the sums after them.
///
/// Baby-step giant-step as in Halevi and Shoup (2014), with the modulus that splits the matrix's own distances best.
package struct RotationSplit: Hashable, Sendable {
    package let block: Int
    package let modulus: Int
    package let offset: Int

    package init(block: Int, modulus: Int, offset: Int) {
        self.block = block
        self.modulus = modulus
        self.offset = offset
    }

    /// Seconds of one operation, whatever the unit.
    package struct Price {
        package var digits: Double
        package var baby: Double
        package var giant: Double
        /// Of a step that no other matrix has asked for yet.
        package var newStep: Double
    }

    /// The two parts of a distance, both cyclic in the block.
    package func parts(of distance: Int) -> (giant: Int, baby: Int) {
        let signed = distance > block / 2 ? distance - block : distance
        let remainder = ((signed + offset) % modulus + modulus) % modulus - offset
        return ((signed - remainder + block) % block, (remainder + block) % block)
    }

    /// The cheapest split of a pattern.
    ///
    /// - Parameters:
    ///   - pattern: See ``Distances/pattern(of:)``.
    ///   - known: Steps that other matrices need anyway.
    package static func cheapest(
        for pattern: [[[Int]]], block: Int, width: Int, known: Set<Int>, price: Price
    ) -> (split: RotationSplit, cost: Double) {
        var best = (split: RotationSplit(block: block, modulus: block, offset: block / 2), cost: Double.infinity)
        for modulus in candidates(block: block, width: width) {
            for offset in [0, 1, 2, 3, modulus / 4, modulus / 2] where offset < modulus {
                let split = RotationSplit(block: block, modulus: modulus, offset: offset)
                let cost = split.cost(of: pattern, known: known, price: price, below: best.cost)
                if cost < best.cost { best = (split, cost) }
            }
        }
        return best
    }

    private static func candidates(block: Int, width: Int) -> [Int] {
        var moduli = Set(1...min(48, block))
        for rows in 1...8 where rows * width <= block { moduli.insert(rows * width) }
        moduli.formUnion(sequence(first: 1) { $0 * 2 }.prefix { $0 <= block })
        return moduli.sorted()
    }

    private func cost(of pattern: [[[Int]]], known: Set<Int>, price: Price, below limit: Double) -> Double {
        var steps = Set<Int>()
        var cost = 0.0
        var babies = pattern[0].map { _ in Set<Int>() }
        for inputs in pattern {
            var giants = Set<Int>()
            for (input, distances) in inputs.enumerated() {
                for distance in distances {
                    let parts = parts(of: distance)
                    giants.insert(parts.giant)
                    babies[input].insert(parts.baby)
                }
            }
            giants.remove(0)
            cost += Double(giants.count) * price.giant
            guard cost < limit else { return .infinity }
            steps.formUnion(giants)
        }
        for var input in babies {
            input.remove(0)
            if !input.isEmpty { cost += price.digits + Double(input.count) * price.baby }
            steps.formUnion(input)
        }
        return cost + Double(steps.subtracting(known).count) * price.newStep
    }
}
