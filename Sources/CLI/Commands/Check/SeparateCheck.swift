internal import Encryption
internal import Store
internal import Worker

/// A check whose server is a process of its own: client and server meet in a folder, and only there.
struct SeparateCheck {
    private let check: PlanCheck
    private let loaded: LoadedPlan
    private let command: CheckCommand
    private let dataset: String
    private let path: String

    /// - Parameters:
    ///   - dataset: Its name.
    ///   - path: Of the store.
    init(_ check: PlanCheck, _ loaded: LoadedPlan, command: CheckCommand, dataset: String, path: String) {
        self.check = check
        self.loaded = loaded
        self.command = command
        self.dataset = dataset
        self.path = path
    }

    func document() throws -> CheckDocument {
        let folder = try CheckFolder()
        let console = Console(unit: "images")
        defer { console.clear() }
        let result = try check.run(
            upTo: .encrypted, seed: command.noiseSeed,
            evaluation: .separate(folder.files) { try server(in: folder, batches: $0).times() }
        ) { progress, _ in
            console.show(
                finished: progress.images, of: check.imageCount,
                detail: progress.stage.rawValue)
        }
        let run = CheckRun(
            circuit: check.summary, times: result.times, library: result.library, peakMemoryBytes: Memory.peak,
            version: BuildVersion.description)
        return CheckDocument(
            result.report, run, model: loaded.model.name, plan: loaded.record.name, mode: .encrypted,
            dataset: dataset, split: command.split.name, seed: command.noiseSeed, separate: true)
    }

    private func server(in folder: CheckFolder, batches: Int) -> EvaluatingProcess {
        EvaluatingProcess(
            arguments: [
                "evaluate", loaded.model.name, "--plan", loaded.record.key, "--images", "\(check.imageCount)",
                "--folder", folder.files.path, "--batches", "\(batches)", "--threads", "\(Machine.cores)",
                "--memory-limit", "\(command.memoryLimit.bytes)b", "--store", path,
            ], folder: folder)
    }
}
