internal import Approx

/// What stands before and behind one activation site for one batch, in the layout of the program.
struct SiteTrace {
    var input: [Float]
    var output: [Float]
}

/// Sums of squares over the chosen images of a batch.
struct SiteComparison {
    let tensor: BatchTensor
    /// By image of the batch.
    let isChosen: [Bool]

    var valueCount: Int { isChosen.count { $0 } * tensor.shape.count }

    /// Sum of (a - b)^2.
    func squaredError(_ a: [Float], _ b: [Float]) -> Double {
        var total = 0.0
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                tensor.forEachPlane(of: isChosen) { _, start, count in
                    var sum = 0.0
                    for index in 0..<count {
                        let difference = Double(a[start + index * tensor.block] - b[start + index * tensor.block])
                        sum += difference * difference
                    }
                    total += sum
                }
            }
        }
        return total
    }

    /// The sum of (a - b)^2, apart where `x` is inside of its channel's fitted range and where it is outside.
    func squaredError(
        _ a: [Float], _ b: [Float], at x: [Float], of replacement: Approximation
    ) -> (inside: Double, outside: Double, outsideCount: Int) {
        var (total, outside, outsideCount) = (0.0, 0.0, 0)
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                x.withUnsafeBufferPointer { x in
                    tensor.forEachPlane(of: isChosen) { channel, start, count in
                        let domain = replacement.polynomial(forChannel: channel).domain
                        let (lower, upper) = (Float(domain.lowerBound), Float(domain.upperBound))
                        for place in stride(from: start, to: start + count * tensor.block, by: tensor.block) {
                            let difference = Double(a[place] - b[place])
                            if x[place] >= lower && x[place] <= upper {
                                total += difference * difference
                            } else {
                                outside += difference * difference
                                outsideCount += 1
                            }
                        }
                    }
                }
            }
        }
        return (total, outside, outsideCount)
    }

    /// Adds the sum and the sum of squares of each channel.
    func addMoments(of values: [Float], to moments: inout ChannelMoments) {
        moments.count += isChosen.count { $0 } * tensor.shape.height * tensor.shape.width
        values.withUnsafeBufferPointer { values in
            tensor.forEachPlane(of: isChosen) { channel, start, count in
                var (sum, squares) = (0.0, 0.0)
                for index in 0..<count {
                    let value = Double(values[start + index * tensor.block])
                    sum += value
                    squares += value * value
                }
                moments.sums[channel] += sum
                moments.squares[channel] += squares
            }
        }
    }
}

/// Sums over what each channel of a site had, for the variance that errors are compared with.
struct ChannelMoments: Sendable {
    /// Values in each channel.
    var count = 0
    var sums: [Double]
    var squares: [Double]

    init(channels: Int) {
        sums = Array(repeating: 0, count: channels)
        squares = sums
    }

    /// The mean over all values of the squared deviation from the channel's mean.
    var variance: Double {
        guard count > 0 else { return 0 }
        let n = Double(count)
        let total = zip(sums, squares).reduce(0) { $0 + max(0, $1.1 - $1.0 * $1.0 / n) }
        return total / (n * Double(sums.count))
    }

    mutating func add(_ other: ChannelMoments) {
        count += other.count
        for channel in sums.indices {
            sums[channel] += other.sums[channel]
            squares[channel] += other.squares[channel]
        }
    }
}
