internal import Approx

/// Draws one digit as someone might write it, on a canvas that it reuses.
///
/// Only additions, multiplications, divisions and square roots, which IEEE 754 rounds alike everywhere: the same seed
/// gives the same bytes on every machine.
struct DigitPainter {
    /// Pixels on a side.
    static let side = 28

    private var generator: SplitMix64
    private var ink = [Double](repeating: 0, count: side * side)

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
    }

    /// Draws a digit and returns which it is.
    ///
    /// - Parameter pixels: 28 x 28 bytes, black 0.
    mutating func paint(into pixels: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let digit = generator.index(below: 10)
        let variants = Glyph.variants[digit]
        let glyph = variants[generator.index(below: variants.count)]
        let place = placement()
        let halfWidth = generator.double(in: 0.55...1.5)
        let edge = generator.double(in: 0.8...1.8)
        let strength = generator.double(in: 0.55...1)
        for stroke in glyph.strokes {
            let wobbled = stroke.moved { $0 + wobble(0.055) }
            draw(wobbled.flattened(steps: 8).map(place), halfWidth, edge, strength)
        }
        clutter()
        addNoise(generator.double(in: 0.02...0.22), into: pixels)
        return digit
    }

    /// Where the unit square of a glyph lies on the canvas: scaled, sheared, turned and shifted at random.
    private mutating func placement() -> (SIMD2<Double>) -> SIMD2<Double> {
        let height = generator.double(in: 13...21)
        let width = height * generator.double(in: 0.6...1)
        let shear = generator.double(in: -0.3...0.3)
        // The tangent of half the angle gives cosine and sine as fractions; 0.16 is some 18 degrees.
        let t = generator.double(in: -0.16...0.16)
        let cosine = (1 - t * t) / (1 + t * t)
        let sine = 2 * t / (1 + t * t)
        let centre = SIMD2(13.5 + generator.double(in: -2.5...2.5), 13.5 + generator.double(in: -2.5...2.5))
        return { point in
            let y = (point.y - 0.5) * height
            let x = (point.x - 0.5) * width - shear * y
            return SIMD2(centre.x + cosine * x - sine * y, centre.y + sine * x + cosine * y)
        }
    }

    private mutating func wobble(_ reach: Double) -> SIMD2<Double> {
        SIMD2(generator.double(in: -reach...reach), generator.double(in: -reach...reach))
    }

    /// A faint line or two that belong to nothing.
    private mutating func clutter() {
        for _ in 0..<generator.index(below: 3) {
            let start = SIMD2(generator.double(in: 0...27), generator.double(in: 0...27))
            let end = start + wobble(8)
            draw(
                [start, end], generator.double(in: 0.4...0.9), generator.double(in: 0.8...1.5),
                generator.double(in: 0.2...0.8))
        }
    }

    /// Lays ink along the lines between `points`; ink that lies there already stays where it is the stronger.
    ///
    /// - Parameters:
    ///   - halfWidth: Of the pen, in pixels.
    ///   - edge: Pixels over which the ink fades out.
    ///   - strength: Of the ink, up to 1.
    private mutating func draw(_ points: [SIMD2<Double>], _ halfWidth: Double, _ edge: Double, _ strength: Double) {
        let reach = halfWidth + edge
        for (start, end) in zip(points, points.dropFirst()) {
            let low = pointwiseMin(start, end) - reach
            let high = pointwiseMax(start, end) + reach
            let columns = Self.pixels(from: low.x, to: high.x)
            let rows = Self.pixels(from: low.y, to: high.y)
            let direction = end - start
            let length = (direction * direction).sum()
            for row in rows {
                for column in columns {
                    let from = SIMD2(Double(column), Double(row)) - start
                    let along = length > 0 ? min(max((from * direction).sum() / length, 0), 1) : 0
                    let away = from - along * direction
                    let distance = (away * away).sum().squareRoot()
                    let cover = min(max((reach - distance) / edge, 0), 1) * strength
                    let index = row * Self.side + column
                    ink[index] = max(ink[index], cover)
                }
            }
        }
    }

    /// Pixel indices between two coordinates, within the canvas.
    private static func pixels(from low: Double, to high: Double) -> Range<Int> {
        let first = Int(min(max(low, 0), Double(side)))
        return first..<max(first, Int(min(max(high + 1, 0), Double(side))))
    }

    /// Adds noise of a roughly normal distribution (three uniform numbers) and rounds to bytes.
    private mutating func addNoise(_ amplitude: Double, into pixels: UnsafeMutableBufferPointer<UInt8>) {
        for index in pixels.indices {
            let bits = generator.next()
            let sum = Double(bits & 0x1f_ffff) + Double(bits >> 21 & 0x1f_ffff) + Double(bits >> 42 & 0x1f_ffff)
            let noise = (sum * 0x1p-21 - 1.5) * 2 * amplitude
            pixels[index] = UInt8(min(max((ink[index] + noise) * 255, 0), 255).rounded())
            ink[index] = 0
        }
    }
}
