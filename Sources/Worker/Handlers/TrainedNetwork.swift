internal import Approx
internal import Foundation
package import Network
internal import Scheduler
internal import Store

/// A network that was trained here, in the words of the store.
struct TrainedNetwork: Sendable {
    let model: NewModel
    let training: NewTraining
    /// What the layers read, encoded: by range of the images that were asked for, and by layer.
    let shards: [[Data]]

    /// Writes the network as a file, reads that back, and counts what the result gets right on test images.
    init(
        _ graph: NetworkGraph, by job: TrainJob, preprocessing: Preprocessing, training: SupervisedTraining,
        on images: ImageSet, test: ImageSet, threads: Int
    ) throws {
        let settings = try CanonicalJSON.text(of: job)
        let input = try CanonicalJSON.text(of: preprocessing)
        let file = try ONNXExporter.file(
            graph, plan: Array(repeating: nil, count: graph.sites.count), interface: .standard,
            origin: TrainingOrigin(
                model: job.name, architecture: job.architecture, dataset: job.datasetName,
                datasetFingerprint: job.images.dataset, preprocessing: input,
                settings: CanonicalJSON.text(of: job.plain)))
        let read = try ONNXImporter.graph(from: file)
        let runner = try NetworkRunner(graph: read, preprocessing: preprocessing)
        let inference = try ParallelInference(runner, threads: threads)
        let predictions = try inference.predict(test, 0..<test.count)
        // Of the network as it was read back: the same shards as a capture job makes.
        var shards: [[Data]] = []
        let end = try inference.capture(images, job.capturedImages?.ranges ?? []) { layers in
            shards.append(layers.map { $0.encoded() })
        }
        self.shards = shards
        let report = TrainingReport(
            curve: training.curve, testCorrect: predictions.correct(test.labels), testImages: test.count,
            drift: job.captures == nil
                ? nil
                : try training.captures.map {
                    TrainingDrift(steps: $0.steps, layers: try $0.drift(to: end, at: read.sites))
                })
        model = NewModel(
            name: job.name, onnx: file, graph: read, preprocessing: input, dataset: job.datasetName,
            reference: ReferenceCount(correct: report.testCorrect, images: report.testImages))
        self.training = NewTraining(
            key: try job.trainingKey(), architecture: job.architecture, dataset: job.images.dataset,
            settings: settings, report: try CanonicalJSON.text(of: report))
    }
}

/// How a training went.
package struct TrainingReport: Codable, Sendable {
    package let curve: [TrainingEpoch]
    /// By the network at the end, looked at once.
    package let testCorrect: Int
    package let testImages: Int
    /// By epoch that something was captured behind, but for the last; nil where nothing was.
    package let drift: [TrainingDrift]?
}

/// How far what layers read behind an earlier epoch is from what those of the finished network read.
package struct TrainingDrift: Codable, Sendable {
    /// Since the start.
    package let steps: Int
    package let layers: [LayerDrift]
}
