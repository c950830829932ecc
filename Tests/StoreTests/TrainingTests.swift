import Foundation
import Store
import Testing

@Suite struct TrainingTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
    }

    @discardableResult
    private func train(
        _ key: String, report: String = "{}", model: NewModel = Sample.model("net", onnx: Data([5]))
    ) throws -> ModelID {
        try work.store.enqueue([Sample.job("train/\(key)", kind: "train")])
        try work.store.retry(JobFilter(states: [.done], kinds: ["train"]))
        let job = try #require(try work.store.claim(upTo: 1, as: "w", lease: .seconds(60), kinds: ["train"]).first)
        var id: ModelID?
        try work.store.finish(job) { writer throws(StoreError) in
            id = try writer.insert(Sample.training(key, report: report), of: model)
        }
        return try #require(id)
    }

    @Test func aTrainingIsKeptWithItsModelAndItsJob() throws {
        let id = try train("a", report: #"{"curve":[]}"#)
        let model = try work.store.model(named: "net")
        #expect(model.id == id)
        #expect(try work.store.layers(of: id).count == 3)
        let training = try #require(try work.store.training(key: "a"))
        #expect(training.model == id && training.report == #"{"curve":[]}"#)
        #expect(try work.store.jobs(JobFilter(model: id)).map(\.key) == ["train/a"])
        #expect(try work.store.training(key: "b") == nil)
    }

    @Test func theSameTrainingAgainReplacesItsReport() throws {
        let id = try train("a")
        #expect(try train("a", report: "[]") == id)
        #expect(try work.store.training(key: "a")?.report == "[]")
        #expect(try work.store.models().count == 1)
    }

    @Test func theSameTrainingWithOtherBitsReplacesItsModel() throws {
        try train("a")
        let id = try train("a", report: "[]", model: Sample.model("net", onnx: Data([6])))
        #expect(try work.store.models().map(\.name) == ["net"])
        #expect(try work.store.onnx(of: id) == Data([6]))
        #expect(try work.store.layers(of: id).count == 3)
        #expect(try work.store.training(key: "a")?.model == id)
        #expect(try work.store.training(key: "a")?.report == "[]")
        let job = try #require(try work.store.job(key: "train/a"))
        #expect(job.model == id && job.state == .done)
        #expect(try Store.check(at: work.path, predictionCount: Sample.predictionCount).isEmpty)
    }

    @Test func aModelThatIsUsedIsNotReplaced() throws {
        let id = try train("a")
        try work.store.enqueue(NewSweep(model: id, key: "sweep", settings: "{}"), jobs: [])
        let error = try #require(throws: StoreError.self) {
            try train("a", report: "[]", model: Sample.model("net", onnx: Data([6])))
        }
        #expect(error.description.contains("centroid model remove net"), "\(error)")
        #expect(try work.store.onnx(of: id) == Data([5]))
        #expect(try work.store.training(key: "a")?.report == "{}")
        #expect(try work.store.models().count == 1)
        // The same bits are no other network.
        try work.store.release(work.store.leases())
        #expect(try train("a", report: "[]") == id)
    }

    @Test func otherBitsThatAreThereUnderAnotherNameAreTheModel() throws {
        try train("a")
        let present = try work.store.addModel(Sample.model("same", onnx: Data([6]))).model
        #expect(try train("a", model: Sample.model("net", onnx: Data([6]))) == present.id)
        #expect(try work.store.models().map(\.name) == ["same"])
        #expect(try work.store.job(key: "train/a")?.model == present.id)
    }

    @Test func aNameThatIsTakenMeanwhileLosesNoModel() throws {
        try work.store.addModel(Sample.model("net", onnx: Data([9])))
        let id = try train("a")
        let name = try work.store.model(id).name
        #expect(name.hasPrefix("net-") && name.count == 12)
        #expect(try work.store.models().count == 2)
    }

    @Test func aModelThatIsThereUnderAnotherNameStays() throws {
        let present = try work.store.addModel(Sample.model("same", onnx: Data([5]))).model
        #expect(try train("a") == present.id)
        #expect(try work.store.models().map(\.name) == ["same"])
    }

    @Test func aModelThatIsRemovedTakesItsTrainingAlong() throws {
        try train("a")
        try work.store.removeModel(named: "net")
        #expect(try work.store.training(key: "a") == nil)
        #expect(try work.store.job(key: "train/a") == nil)
    }

    @Test func aLostTrainingIsFoundByTheCheck() throws {
        try train("a")
        #expect(try Store.check(at: work.path, predictionCount: Sample.predictionCount).isEmpty)
        try work.store.close()
        try StoreCopy.alter(work.path, "DELETE FROM trainings")
        let findings = try Store.check(at: work.path, predictionCount: Sample.predictionCount)
        #expect(findings.contains { $0.problem.contains("how its model was trained is gone") }, "\(findings)")
    }
}
