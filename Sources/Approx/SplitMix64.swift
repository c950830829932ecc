/// The SplitMix64 generator (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
///
/// It is the only source of randomness in this room and is always passed in, so a fit depends on its seed alone.
package struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// An independent generator for one piece of work, for example (degree, channel) of a fit.
    ///
    /// What a piece draws does not depend on which other pieces are done, or in which order.
    package init(seed: UInt64, stream: UInt64...) {
        var mixed = SplitMix64(seed: seed)
        for part in stream {
            mixed = SplitMix64(seed: mixed.next() ^ part)
        }
        self.init(seed: mixed.next())
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A uniform value in [0, 1), with 53 random bits.
    package mutating func nextUnit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// One of 0, 1, ... `count` - 1; that some are likelier by `count` / 2^64 is of no account.
    ///
    /// - Parameter count: Positive.
    package mutating func below(_ count: Int) -> Int {
        Int(next() % UInt64(count))
    }
}
