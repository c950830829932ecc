/// Why a network could not be trained. Each case carries what a reader needs to put it right.
package enum TrainingError: Error, Equatable, Sendable {
    case microBatchSize(Int)
    case threadCount(Int)
    case emptyBatch
    case activationCount(Int, sites: Int)
    case unknownSite(Int, sites: Int)
    case polynomialCount(site: String, polynomials: Int, channels: Int)
    case polynomialDegree(site: String, degree: Int, allowed: ClosedRange<Int>)
    case variableCount(site: String, variables: Int, polynomials: Int)
    case clampCount(site: String, ranges: Int, channels: Int)
    /// A scale that is not positive and finite, or a centre that is not finite.
    case invalidVariable(site: String, center: Double, scale: Double)
    case notNormalisable(node: Int, nodes: Int)
    /// A function whose expansion of degree 2 is a straight line.
    case notExpandable(site: String, function: String)
    /// Batch normalisation cannot do with a part of a micro-batch.
    case partialMicroBatch(images: Int, microBatch: Int)
    case valueCount(Int, expected: Int)
    case blendCount(Int, sites: Int)
    case imageShape(network: TensorShape, images: TensorShape)
    case imageIndex(Int, images: Int)
    case label(Int, classes: Int)
    case siteMismatch(site: Int, reason: String)
    case preprocessing(DataError)
    case invalidSetting(name: String, value: Double, expected: String)
    /// A layer could not be made or run.
    case inference(InferenceError)
    case nonFinite(NonFiniteValue)
    /// A training from scratch has blown up.
    case diverged(NonFiniteValue)
    /// A retraining has blown up.
    case retrainingDiverged(NonFiniteValue)
    case damagedCheckpoint(reason: String)
    /// A checkpoint of another network, or of another set-up.
    case foreignCheckpoint(what: String, found: Int, expected: Int)
    /// So many of the images have activations beyond the ranges of their polynomials.
    case outOfRange(Int, of: Int)
    /// So many of the images escape from a network that was trained again.
    case retrainingOutOfRange(Int, of: Int)
    /// So many of the steps met what is not finite.
    case tooManySkipped(Int, of: Int)
    /// Images that are too small for a network; `least` is what height and width need.
    case imageSize(architecture: String, images: TensorShape, least: Int)
    case tooFewClasses(Int)
    case batchSize(Int, images: Int)
}

/// Where a step met a NaN or an infinity.
package struct NonFiniteValue: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        /// Before or behind the activation of a site.
        case site(name: String)
        case logits
        /// With respect to a parameter.
        case gradient(parameter: String)
    }

    package var place: Place
    /// Steps that were taken before.
    package var step: Int
    /// Places in the batch of the images that went through together with it.
    package var images: Range<Int>

    package init(place: Place, step: Int, images: Range<Int>) {
        self.place = place
        self.step = step
        self.images = images
    }
}

extension TrainingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .microBatchSize(let size):
            "micro-batches of \(size) images cannot be run; choose 1 or more"
        case .threadCount(let count):
            "\(count) threads cannot train a network; choose 1 or more"
        case .emptyBatch:
            "a batch without images has no gradient; give at least one image"
        case .activationCount(let count, let sites):
            "\(count) activations were given for \(sites) activation layers; give one entry for each"
        case .unknownSite(let site, let sites):
            "there is no activation layer \(site); the network has \(sites), numbered from 0"
        case .polynomialCount(let site, let polynomials, let channels):
            "the approximation of \(site) has \(polynomials) polynomials for \(channels) channels; fit it to this layer"
        case .polynomialDegree(let site, let degree, let allowed):
            "the approximation of \(site) has degree \(degree); only \(allowed.lowerBound)...\(allowed.upperBound) "
                + "can be trained"
        case .variableCount(let site, let variables, let polynomials):
            "\(variables) scaled variables were given for the \(polynomials) polynomials of \(site); give one for each"
        case .clampCount(let site, let ranges, let channels):
            "the clamp of \(site) has \(ranges) ranges for \(channels) channels; give one, or one for each channel"
        case .invalidVariable(let site, let center, let scale):
            "a polynomial of \(site) cannot be trained in (x - \(center)) / \(scale); the centre must be finite and the "
                + "scale finite and above 0"
        case .notNormalisable(let node, let nodes):
            "node \(node) of \(nodes) cannot be batch-normalised; name nodes that are convolutions"
        case .notExpandable(let site, let function):
            "\(site) cannot be retrained: the Hermite expansion of \(function) has no square; choose another method, as "
                + "with --fitters guided"
        case .partialMicroBatch(let images, let microBatch):
            "batch normalisation needs whole micro-batches of \(microBatch) images, not \(images) images; choose a batch "
                + "size that is a multiple"
        case .valueCount(let count, let expected):
            "\(count) parameter values were given for a network that has \(expected); take them from this network"
        case .blendCount(let count, let sites):
            "\(count) blends were given for \(sites) activation layers; give one for each"
        case .imageShape(let network, let images):
            "the network reads images of \(network) but the data set has \(images); choose a data set that fits"
        case .imageIndex(let index, let images):
            "there is no image \(index) in the set, which has \(images); choose indices below that"
        case .label(let label, let classes):
            "an image has label \(label) but the network has \(classes) outputs; choose a data set with its classes"
        case .siteMismatch(let site, let reason):
            "the activation layers \(site) of the two networks cannot be compared: \(reason)"
        case .preprocessing(let error):
            error.description
        case .invalidSetting(let name, let value, let expected):
            "the training setting \(name) is \(value); it must be \(expected)"
        case .inference(let error):
            error.description
        case .nonFinite(let value):
            "\(value); lower the learning rate, clip gradients or clamp the polynomials' inputs"
        case .diverged(let value):
            "the training has blown up: \(value); lower --learning-rate or --weight-decay"
        case .retrainingDiverged(let value):
            "the retraining has blown up: \(value); give it another --seed or another number of --epochs, or choose a "
                + "method without labels, as with --fitters guided"
        case .damagedCheckpoint(let reason):
            "the training checkpoint is damaged (\(reason)); go back to an earlier one"
        case .foreignCheckpoint(let what, let found, let expected):
            "the training checkpoint is of another set-up: it has \(found) \(what) instead of \(expected); resume it "
                + "with the network and settings that it was written with"
        case .outOfRange(let left, let images):
            "\(left) of \(images) images leave the ranges of the polynomials, so there is nothing to train on; make the "
                + "polynomial network from more calibration images, or with higher degrees"
        case .retrainingOutOfRange(let left, let images):
            "\(left) of \(images) images escape from the retrained network; give it another --seed or more --epochs, or "
                + "choose a method without labels, as with --fitters guided"
        case .tooManySkipped(let skipped, let steps):
            "\(skipped) of \(steps) training steps met values that are not finite; start from a better polynomial "
                + "network, made from more calibration images or with higher degrees"
        case .imageSize(let architecture, let images, let least):
            "\(architecture) needs images of at least \(least)x\(least) pixels and those of the data set are \(images); "
                + "choose another architecture or data set"
        case .tooFewClasses(let classes):
            "there is nothing to tell apart in a data set of \(classes) classes; choose one with 2 or more"
        case .batchSize(let batch, let images):
            "a batch of \(batch) images cannot be drawn from \(images) training images; choose a smaller batch size"
        }
    }
}

extension NonFiniteValue: CustomStringConvertible {
    package var description: String {
        let what =
            switch place {
            case .site(let name): "the values at \(name) are"
            case .logits: "the logits are"
            case .gradient(let parameter): "the gradient of \(parameter) is"
            }
        return "\(what) not finite after \(step) steps, for images \(images.lowerBound)..<\(images.upperBound) of the "
            + "batch"
    }
}
