package import Approx
internal import Foundation

/// What the layers of a network in training read, behind one of its last epochs: the network with its normalisations folded,
/// as it was then, on images as they are.
package struct LateCapture: Hashable, Codable, Sendable {
    /// Steps since the start.
    package let steps: Int
    /// All channels of each layer together, one layer after the other, as ``LayerStatistics`` encodes channels.
    private let layers: Data

    /// - Parameter layers: By site.
    package init(steps: Int, layers: [LayerStatistics]) {
        self.steps = steps
        self.layers = LayerStatistics(channels: layers.map(\.pooled)).encoded()
    }

    /// How far every layer is from what it reads in the end.
    ///
    /// - Parameters:
    ///   - end: By site.
    ///   - sites: Of the network.
    /// - Throws: ``ApproxError`` where what was kept is damaged.
    package func drift(to end: [LayerStatistics], at sites: [NetworkGraph.ActivationSite]) throws -> [LayerDrift] {
        try zip(zip(LayerStatistics(decoding: layers).channels, end), sites).map { layer, site in
            LayerDrift(of: site, from: layer.0, to: layer.1.pooled)
        }
    }
}

/// How far one layer of a network in training is from what it reads in the end, and what that does to a fit.
package struct LayerDrift: Hashable, Codable, Sendable {
    package let layer: String
    /// Nil where the layer reads the same value always.
    package let statistics: StatisticsDrift?
    /// On what the layer reads in the end: the root mean squared errors of the published method's quadratics (k-means),
    /// fitted to what it reads then and to what it reads in the end. Nil where one of them cannot be fitted.
    package let errors: Errors?

    package struct Errors: Hashable, Codable, Sendable {
        package let earlier: Double
        package let later: Double
    }

    init(of site: NetworkGraph.ActivationSite, from earlier: ChannelStatistics, to end: ChannelStatistics) {
        layer = site.name
        statistics = StatisticsDrift(from: earlier, to: end)
        func error(ofFitTo read: ChannelStatistics) -> Double? {
            guard let degree = try? Degree(2),
                let fit = try? FitterKind.centroid.fit(
                    LayerStatistics(channels: [read]), of: site.function, degrees: [degree], settings: FitSettings()
                ).first
            else { return nil }
            return ErrorMeasures(of: fit.approximation.polynomials[0], against: site.function, on: end).rootMeanSquare
        }
        errors = error(ofFitTo: earlier).flatMap { first in
            error(ofFitTo: end).map { Errors(earlier: first, later: $0) }
        }
    }
}
