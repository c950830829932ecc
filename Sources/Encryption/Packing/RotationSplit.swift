/// How the distances of a matrix become rotations: distance = giant + baby, babies of the inputs (which share the work
/// of taking a ciphertext apart) before the products, giants of the sums after them.
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
    ) -> (split: RotationSplit, count: Count) {
        var best = (split: RotationSplit(block: block, modulus: block, offset: block / 2), count: Count())
        var lowest = Double.infinity
        for modulus in candidates(block: block, width: width) {
            for offset in [0, 1, 2, 3, modulus / 4, modulus / 2] where offset < modulus {
                let split = RotationSplit(block: block, modulus: modulus, offset: offset)
                let count = split.count(of: pattern)
                let keys = count.steps.subtracting(known).count
                let cost = count.seconds(at: price) + Double(keys) * price.newStep
                if cost < lowest { (best, lowest) = ((split, count), cost) }
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

    /// What a pattern's rotations come to.
    package struct Count: Sendable {
        /// Inputs that are taken into digits, and their rotations.
        package var digits = 0
        package var babies = 0
        package var giants = 0
        /// Sums of products.
        package var groups = 0
        /// Products of the longest sum.
        package var largestGroup = 0
        package var products = 0
        package var steps = Set<Int>()

        /// Without keys.
        func seconds(at price: Price) -> Double {
            Double(digits) * price.digits + Double(babies) * price.baby + Double(giants) * price.giant
        }
    }

    package func count(of pattern: [[[Int]]]) -> Count {
        var count = Count()
        var babies = pattern[0].map { _ in Set<Int>() }
        for inputs in pattern {
            var giants: [Int: Int] = [:]
            for (input, distances) in inputs.enumerated() {
                for distance in distances {
                    let parts = parts(of: distance)
                    giants[parts.giant, default: 0] += 1
                    babies[input].insert(parts.baby)
                }
                count.products += distances.count
            }
            count.groups += giants.count
            count.largestGroup = max(count.largestGroup, giants.values.max() ?? 0)
            giants[0] = nil
            count.giants += giants.count
            count.steps.formUnion(giants.keys)
        }
        for var input in babies {
            input.remove(0)
            count.digits += input.isEmpty ? 0 : 1
            count.babies += input.count
            count.steps.formUnion(input)
        }
        return count
    }
}
