internal import ArgumentParser
internal import Foundation
internal import Network
internal import Store

/// A trained network as files: ONNX, and beside it how its input is prepared, as `centroid model add` takes them.
struct TrainedFiles {
    private let onnx: String
    private let preprocessing: String
    private let replacing: Bool

    var paths: [String] { [onnx, preprocessing] }

    /// Checks that both files can be made.
    ///
    /// - Throws: ``CommandFailure``
    init(_ onnx: String, replacing: Bool, beside store: Store) throws(CommandFailure) {
        self.onnx = onnx
        preprocessing = (onnx as NSString).deletingPathExtension + ".json"
        self.replacing = replacing
        for path in paths {
            try store.refuse(path)
            try NewFile.check(path, replacing: replacing)
        }
    }

    /// - Throws: `ValidationError`
    static func validate(_ onnx: String) throws {
        guard !onnx.isEmpty, !onnx.hasSuffix("/"), URL(fileURLWithPath: onnx).pathExtension != "json" else {
            throw ValidationError("--out '\(onnx)': name the ONNX file; its preprocessing goes into a .json beside it.")
        }
    }

    /// Writes both. Where the network cannot be written, no preprocessing is left that was not there before.
    func write(_ model: ModelRecord, in store: Store) throws {
        let input = try CanonicalJSON.value(
            Preprocessing.self, from: model.preprocessing, of: "preprocessing of \(model.name)")
        let file = PreprocessingFile(
            dataset: model.dataset, input: input, testCorrect: model.reference?.correct,
            testTotal: model.reference?.images)
        let network = try store.onnx(of: model.id)
        let isNew = !FileManager.default.fileExists(atPath: preprocessing)
        try NewFile.write(try JSONOutput.data(file), to: preprocessing, replacing: replacing)
        do {
            try NewFile.write(network, to: onnx, replacing: replacing)
        } catch {
            // One without the other would be in the way of the next try.
            if isNew { unlink(preprocessing) }
            throw error
        }
    }
}
