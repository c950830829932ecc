internal import Approx
internal import Foundation
package import Network
internal import Scheduler
internal import Store

/// A network that was trained here, in the words of the store.
struct TrainedNetwork: Sendable {
    let model: NewModel
    let training: NewTraining

    /// Writes the network as a file, reads that back, and counts what the result gets right on test images.
    init(
        _ graph: NetworkGraph, by job: TrainJob, preprocessing: Preprocessing, curve: [TrainingEpoch], test: ImageSet,
        threads: Int
    ) throws {
        let settings = try CanonicalJSON.text(of: job)
        let input = try CanonicalJSON.text(of: preprocessing)
        let file = try ONNXExporter.file(
            graph, plan: Array(repeating: nil, count: graph.sites.count), interface: .standard,
            origin: TrainingOrigin(
                model: job.name, architecture: job.architecture, dataset: job.datasetName,
                datasetFingerprint: job.images.dataset, preprocessing: input, settings: settings))
        let read = try ONNXImporter.graph(from: file)
        let runner = try NetworkRunner(graph: read, preprocessing: preprocessing)
        let predictions = try ParallelInference(runner, threads: threads).predict(test, 0..<test.count)
        let report = TrainingReport(
            curve: curve, testCorrect: predictions.correct(test.labels), testImages: test.count)
        model = NewModel(
            name: job.name, onnx: file, graph: read, preprocessing: input, dataset: job.datasetName,
            reference: ReferenceCount(correct: report.testCorrect, images: report.testImages))
        training = NewTraining(
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
}
