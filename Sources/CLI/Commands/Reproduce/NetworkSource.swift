internal import Approx
internal import ArgumentParser
internal import Checksum
internal import Foundation
internal import Network
internal import Scheduler
internal import Store
internal import Worker

/// Where the paper's networks come from: the store, a folder of trained ones, or training.
struct NetworkSource {
    let store: Store
    /// Of the store, as it was given.
    let path: String
    /// How networks that are missing are trained.
    let settings: (JobFilter) -> Supervisor.Settings
    /// With NAME.onnx and NAME.json; nil to train what the store has not.
    let models: String?
    /// With a folder for each data set; nil where the store has them.
    let data: String?

    /// The network, if the store has it.
    static func model(_ network: PaperNetwork, effort: ReproductionEffort, in store: Store) throws -> ModelRecord? {
        let names = [network.modelName, effort.nameOfTrained(network)]
        let known = try store.models()
        guard let model = names.compactMap({ name in known.first { $0.name == name } }).first else { return nil }
        let layers = try store.layers(of: model.id)
        guard layers.count == network.layers, layers.allSatisfy({ $0.activation == .relu }) else {
            throw CommandFailure(
                .dataError,
                "the model \(model.name) in the store is not the paper's: it has \(layers.count) activation layers, and "
                    + "\(network.rawValue) has \(network.layers), all of them ReLU; use another store, or first: centroid "
                    + "model remove \(model.name)")
        }
        return model
    }

    /// Adds the network and its data to the store where they are missing and lie in the folders.
    ///
    /// - Throws: ``CommandFailure`` where the network can neither be read nor be trained.
    func add(_ network: PaperNetwork, effort: ReproductionEffort) throws {
        let known = try Self.model(network, effort: effort, in: store)
        // One that was trained on other images has those.
        if known == nil || known?.dataset == network.dataset { try addDataset(of: network) }
        guard let models else { return }
        let file = "\(models)/\(network.modelName)"
        if let known {
            if let data = FileManager.default.contents(atPath: "\(file).onnx"), SHA256.hex(of: data) != known.sha256 {
                StandardError.writeLine(
                    "note: \(known.name) in the store is another network than \(file).onnx, and the store's is used; for the "
                        + "other one take another store, or first: centroid model remove \(known.name)")
            }
            return
        }
        guard FileManager.default.fileExists(atPath: "\(file).onnx") else {
            throw CommandFailure(
                .noInput,
                "\(models) has no \(network.modelName).onnx; name a folder that has it, leave out --models and "
                    + "CENTROID_MODELS to have the network trained here, or leave \(network.rawValue) out with --networks"
            )
        }
        let imported = try ImportedModel(
            "\(file).onnx", preprocess: "\(file).json", data: network.dataset, name: network.modelName, in: store)
        _ = try imported.add(to: store)
    }

    /// The network; one that is missing is trained now, on all cores.
    func model(_ network: PaperNetwork, effort: ReproductionEffort) throws -> ModelRecord {
        if let known = try Self.model(network, effort: effort, in: store) { return known }
        try SignalEscalation.ofProcess.stopIfHeard()
        guard let architecture = Architecture(rawValue: network.rawValue) else {
            throw CommandFailure(.software, "there is no architecture \(network.rawValue)")
        }
        // As `centroid train` has it.
        let training = try TrainingOptions.parse(effort.trainingEpochs.map { ["--epochs", "\($0)"] } ?? [])
        let record = try store.dataset(named: network.dataset)
        let wish = try training.wish(architecture, name: effort.nameOfTrained(network), on: record)
        return try StoredTraining(wish, in: store, at: path, settings: settings).training {
            _ = try Dataset.open(record)
        }.model
    }

    private func addDataset(of network: PaperNetwork) throws {
        let name = network.dataset
        if try store.datasets().contains(where: { $0.name == name }) { return }
        guard let data else {
            throw CommandFailure(
                .noInput,
                "the data set \(name) is not in the store; add it first: centroid data fetch \(name), or centroid data add "
                    + "\(name) --path DIR; or name a folder that has \(name)/ with --data")
        }
        _ = try store.addDataset(NewDataset(try Dataset.open(at: "\(data)/\(name)"), named: name))
    }
}

extension ReproductionEffort {
    /// What the network is called where it is trained here: one that was trained less has another name.
    fileprivate func nameOfTrained(_ network: PaperNetwork) -> String {
        trainingEpochs == nil ? network.modelName : "\(network.modelName)-quick"
    }
}
