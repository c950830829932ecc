/// What polynomials cost under an encryption backend, degree by degree.
///
/// Lists are data: some come with the program (``builtIn(_:)``), others from a file.
///
/// For example:
///
///     let list = try PriceList.builtIn(.lattigo)
///     try list.price(of: Degree(7)).levels   // 3
///     try list.bandTops(among: degrees)      // of 2...15: 2, 4, 7 and 15
package struct PriceList: Hashable, Sendable {
    /// The name of the backend.
    package let backend: String
    /// Where the figures are from, in words.
    package let source: String
    /// By degree; never empty.
    package let prices: [Degree: Price]

    /// The degrees that have a price, ascending.
    package var degrees: [Degree] { prices.keys.sorted() }

    /// - Throws: ``PriceListError/noPrice(degree:backend:known:)`` for a degree that is not in the list.
    package func price(of degree: Degree) throws(PriceListError) -> Price {
        guard let price = prices[degree] else {
            throw .noPrice(degree: degree.value, backend: backend, known: degrees.map(\.value))
        }
        return price
    }

    /// The degrees that are worth trying, ascending: of those that take the same levels the largest, and none that takes
    /// more levels than a larger one.
    ///
    /// - Throws: ``PriceListError/noPrice(degree:backend:known:)``.
    package func bandTops(among degrees: [Degree]) throws(PriceListError) -> [Degree] {
        var tops: [Degree] = []
        var fewest = Int.max
        for degree in Set(degrees).sorted(by: >) {
            let levels = try price(of: degree).levels
            if levels < fewest {
                tops.append(degree)
                fewest = levels
            }
        }
        return tops.reversed()
    }
}
