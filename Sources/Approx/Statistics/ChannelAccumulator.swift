/// The running statistics of one channel, fed with blocks of finite values.
///
/// The histogram lives in a window of ``BinGrid/capacity`` cells. When a block widens the range beyond the window, the
/// cells are laid out anew, coarser where the grid's rule asks for it: the range grows without a second pass.
///
/// A value is tallied by one addition of whole numbers: its bin's cell holds the count in the upper 24 bits, and in the
/// lower 40 the places of the values inside the bin, in units of 2^-23 of its width. (Beside the two bins around 0, a
/// `Float` lies exactly on such a place.) Long before a cell can overflow, all cells are emptied into counts and sums.
struct ChannelAccumulator: Sendable {
    /// Values per block; a block and its bins stay in the first-level cache.
    static let blockSize = 1_024

    private struct Total {
        var count: UInt64 = 0
        var sum = 0.0
    }

    var nonFinite: UInt64 = 0
    private var count: UInt64 = 0
    private var minimum: Float = .infinity
    private var maximum: Float = -.infinity
    private var moments = Moments()
    private var exponent = BinGrid.smallestExponent
    private var firstBin = 0
    /// Empty until the first value comes.
    private var cells: [UInt64] = []
    /// How many values are in the cells.
    private var pending = 0
    /// What the cells held when they were emptied.
    private var totals: [Total] = []

    private static let countUnit: UInt64 = 1 << 40
    private static let placeMask = countUnit - 1
    private static let placesPerBin = 0x1p23
    /// 2^17 places of at most 2^23 fill 40 bits; one value less stays below.
    private static let mostPending = (1 << 17) - 1

    /// Adds `values` (1 to ``blockSize``), all finite, with their extremes.
    ///
    /// `bins` and `places` are scratch space for ``blockSize`` elements each.
    mutating func add(
        _ values: UnsafeBufferPointer<Float>, extremes: BlockExtremes,
        bins: UnsafeMutablePointer<Int32>, places: UnsafeMutablePointer<UInt32>
    ) {
        cover(extremes)
        if extremes.minimum == extremes.maximum {
            add(Double(extremes.minimum), times: values.count)
        } else {
            let shift = count > 0 ? moments.mean : extremes.middle
            moments.join(Moments(of: values, around: shift))
            locate(values, bins: bins, places: places)
            tally(values.count, bins: bins, places: places)
        }
        count += UInt64(values.count)
    }

    var statistics: ChannelStatistics {
        guard count > 0 else { return ChannelStatistics(nonFinite: nonFinite) }
        var emptied = self
        emptied.emptyCells()
        let first = BinGrid.index(of: Double(minimum), exponent: exponent)
        let last = BinGrid.index(of: Double(maximum), exponent: exponent)
        let occupied = emptied.totals[(first - firstBin)...(last - firstBin)]
        return ChannelStatistics(
            count: count,
            nonFinite: nonFinite,
            minimum: Double(minimum),
            maximum: Double(maximum),
            mean: moments.mean,
            variance: moments.deviations / moments.count,
            histogram: Histogram(
                exponent: exponent, firstBin: first, counts: occupied.map(\.count), sums: occupied.map(\.sum)))
    }

    // MARK: - Window

    /// Widens the range, and moves the window where the range leaves it or asks for a coarser grid.
    private mutating func cover(_ extremes: BlockExtremes) {
        guard extremes.minimum < minimum || extremes.maximum > maximum else { return }
        // Adding 0 turns -0 into +0, so that equal ranges have equal bits.
        minimum = min(minimum, extremes.minimum) + 0
        maximum = max(maximum, extremes.maximum) + 0
        let needed = BinGrid.exponent(minimum: Double(minimum), maximum: Double(maximum))
        let first = BinGrid.index(of: Double(minimum), exponent: needed)
        let last = BinGrid.index(of: Double(maximum), exponent: needed)
        let fits = first >= firstBin && last < firstBin + BinGrid.capacity
        if cells.isEmpty || needed != exponent || !fits {
            layOut(exponent: needed, first: first, last: last)
        }
    }

    /// Moves all counts to a window with the bins `first`...`last` in its middle, so that it can grow on both sides.
    private mutating func layOut(exponent target: Int, first: Int, last: Int) {
        emptyCells()
        let start = first - (BinGrid.capacity - (last - first + 1)) / 2
        var moved = [Total](repeating: Total(), count: BinGrid.capacity)
        for (slot, total) in totals.enumerated() where total.count > 0 {
            let bin = ((firstBin + slot) >> (target - exponent)) - start
            moved[bin].count += total.count
            moved[bin].sum += total.sum
        }
        totals = moved
        cells = [UInt64](repeating: 0, count: BinGrid.capacity)
        exponent = target
        firstBin = start
    }

    /// Moves what the cells hold into the totals.
    private mutating func emptyCells() {
        guard pending > 0 else { return }
        let width = BinGrid.width(exponent: exponent)
        for (slot, cell) in cells.enumerated() where cell > 0 {
            let number = cell / Self.countUnit
            let places = Double(cell & Self.placeMask) / Self.placesPerBin
            totals[slot].count += number
            totals[slot].sum += (Double(firstBin + slot) * Double(number) + places) * width
            cells[slot] = 0
        }
        pending = 0
    }

    // MARK: - Hot path

    /// Writes the slot of each value's bin, and the value's place inside it.
    ///
    /// floor(x / width) without a conversion per value: adding 1.5 * 2^23 rounds a float below 2^22 to a whole number
    /// and leaves that number in the low bits. Rounding up is undone by comparing with x itself, so the bin is exact.
    /// In the same way adding 1 leaves the rest, in units of 2^-23, in the low bits.
    private func locate(
        _ values: UnsafeBufferPointer<Float>, bins: UnsafeMutablePointer<Int32>, places: UnsafeMutablePointer<UInt32>
    ) {
        let rounder: Float = 0x1.8p23
        let inverse = Float(BinGrid.width(exponent: -exponent))
        let width = Float(BinGrid.width(exponent: exponent))
        let offset = Int32(bitPattern: rounder.bitPattern) &+ Int32(truncatingIfNeeded: firstBin)
        let one: Float = 1
        var position = 0
        while position < values.count {
            let x = FloatBlocks.load(values, at: position)
            let scaled = x * inverse
            var whole = (scaled + rounder) - rounder
            whole.replace(with: whole - 1, where: whole * width .> x)
            let slots = unsafeBitCast(whole + rounder, to: SIMD8<Int32>.self) &- SIMD8(repeating: offset)
            let rest = unsafeBitCast((scaled - whole) + one, to: SIMD8<UInt32>.self) &- SIMD8(repeating: one.bitPattern)
            UnsafeMutableRawPointer(bins + position).storeBytes(of: slots, as: SIMD8<Int32>.self)
            UnsafeMutableRawPointer(places + position).storeBytes(of: rest, as: SIMD8<UInt32>.self)
            position += FloatBlocks.lanes
        }
    }

    private mutating func tally(_ number: Int, bins: UnsafePointer<Int32>, places: UnsafePointer<UInt32>) {
        if pending + number > Self.mostPending {
            emptyCells()
        }
        pending += number
        cells.withUnsafeMutableBufferPointer { cells in
            guard let cell = cells.baseAddress else { return }
            for position in 0..<number {
                cell[Int(bins[position])] &+= Self.countUnit &+ UInt64(places[position])
            }
        }
    }

    private mutating func add(_ value: Double, times: Int) {
        let slot = BinGrid.index(of: value, exponent: exponent) - firstBin
        totals[slot].count += UInt64(times)
        totals[slot].sum += value * Double(times)
        moments.join(Moments(count: Double(times), mean: value))
    }
}
