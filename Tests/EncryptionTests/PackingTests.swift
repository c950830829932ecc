import Approx
import Encryption
import Network
import Testing

@Suite struct PackingTests {
    @Test(arguments: [1, 2], [128, 256, 1024])
    func elementsOfATensorHavePlacesOfTheirOwn(cell: Int, block: Int) throws {
        let grid = ValueGrid(SampleNetwork.residual(), cell: cell)
        for (channels, spacing) in [(3, 1), (16, 1), (20, 2)] {
            let shape = TensorShape(channels: channels, height: 8 / spacing, width: 8 / spacing)
            let placement = try #require(
                Placement(shape, on: grid, .init(rows: spacing, columns: spacing), block: block))
            let places = Set(zip(placement.ciphertexts, placement.positions).map { Int($0) * block + Int($1) })
            #expect(places.count == shape.count)
            #expect(placement.positions.allSatisfy { (0..<block).contains(Int($0)) })
            #expect(Set(placement.ciphertexts).count == placement.ciphertextCount)
        }
    }

    @Test func aBlockSmallerThanAChannelIsNoPlace() {
        let grid = ValueGrid(SampleNetwork.residual())
        #expect(
            Placement(TensorShape(channels: 1, height: 8, width: 8), on: grid, .init(rows: 1, columns: 1), block: 32)
                == nil)
    }

    @Test(arguments: [1, 2, 3, 7, 16, 28, 64])
    func giantAndBabyAddUpToTheDistance(modulus: Int) {
        for offset in 0..<modulus {
            let split = RotationSplit(block: 64, modulus: modulus, offset: offset)
            for distance in 0..<64 {
                let parts = split.parts(of: distance)
                #expect((parts.giant + parts.baby) % 64 == distance)
                #expect((0..<64).contains(parts.giant) && (0..<64).contains(parts.baby))
            }
        }
    }

    /// Diagonals and folds applied to a random vector give what the matrix gives, whatever the shapes.
    @Test(arguments: [(3, 50), (50, 3), (16, 16), (7, 64), (64, 7), (1, 64), (40, 33)])
    func diagonalsOfAVectorMatrixMultiply(rows: Int, columns: Int) throws {
        var random = SplitMix64(seed: UInt64(rows * 100 + columns))
        let block = 64
        var matrix = SparseMatrix(columnCount: columns)
        for _ in 0..<rows {
            for column in 0..<columns { matrix.append(column: column, 2 * random.nextUnit() - 1) }
            matrix.endRow()
        }
        let target = Placement(vector: rows, block: block)
        let source = Placement(vector: columns, block: block)
        let distances = Distances(target: target, sources: [source], block: block)
        let vector = (0..<columns).map { _ in 2 * random.nextUnit() - 1 }
        let input = source.blocks(of: vector, block: block)[0]
        var sum = [Double](repeating: 0, count: block)
        matrix.forEach { row, column, value in
            let place = distances.place(row: row, column: column, of: 0)
            for position in stride(from: place.position, to: block, by: distances.repetition) {
                sum[position] += value * input[(position + place.distance) % block]
            }
        }
        for fold in distances.folds {
            let before = sum
            for position in 0..<block { sum[position] = before[position] + before[(position + fold) % block] }
        }
        #expect(largestDifference(sum, target.blocks(of: matrix(vector), block: block)[0]) < 1e-12)
    }

    /// Whatever the whole is, with and without room between digits and the auxiliary modulus.
    @Test func whatIsLeftOfSecureParametersIsSecure() {
        var withoutMargin = 0
        for depth in 1...20 {
            for (digits, scale) in (1...depth + 1).flatMap({ digits in (33...45).map { (digits, $0) } }) {
                let whole = CKKSParameters(
                    logRing: 14, depth: depth, scaleBits: scale, firstBits: min(60, scale + 14), digits: digits)
                guard whole.isSecure, (digits - 1) * whole.limbsPerDigit < whole.limbs else { continue }
                for level in 1..<max(depth, 2) {
                    let left = whole.left(at: level)
                    #expect(left.isSecure && left.limbs == whole.limbs - level)
                    #expect((left.digits - 1) * left.limbsPerDigit < left.limbs)
                    let largest = left.firstBits + (left.limbsPerDigit - 1) * scale
                    if left.auxiliaryLimbs * 60 < largest + 6 { withoutMargin += 1 }
                }
            }
        }
        #expect(withoutMargin > 0)
    }

    @Test func everyParameterSetStaysBelowTheSecurityLimit() throws {
        for depth in 1...39 {
            let parameters = try CKKSParameters(depth: depth, slots: 1)
            #expect(parameters.isSecure)
            #expect(parameters.auxiliaryLimbs * 60 >= parameters.limbsPerDigit * parameters.scaleBits)
        }
    }
}
