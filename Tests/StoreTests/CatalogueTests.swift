import Approx
import Foundation
import Store
import Testing

@Suite struct CatalogueTests {
    private let work: Workplace
    private var store: Store { work.store }

    init() throws {
        work = try Workplace()
    }

    @Test func datasetComesBackAsItWasAdded() throws {
        let added = try store.addDataset(Sample.dataset())
        #expect(try store.dataset(named: "digits") == added)
        #expect(try store.datasets(fingerprint: Sample.fingerprint) == [added])
        #expect(added.classes == ["zero", "one"])
        #expect(added.trainingImages == 60_000)
        #expect(added.createdAt == work.clock.now)
    }

    @Test func sameDatasetElsewhereChangesItsPath() throws {
        let first = try store.addDataset(Sample.dataset())
        var moved = Sample.dataset()
        moved.path = "elsewhere"
        let second = try store.addDataset(moved)
        #expect(second.id == first.id)
        #expect(second.path == "elsewhere")
    }

    @Test func otherImagesUnderAKnownNameAreRefused() throws {
        try store.addDataset(Sample.dataset())
        let error = try #require(throws: StoreError.self) {
            try store.addDataset(Sample.dataset(fingerprint: String(repeating: "e", count: 64)))
        }
        #expect(error.description.contains("digits") && error.description.contains("dddddddddddd"))
    }

    @Test func unknownNameListsTheKnownAndGuesses() throws {
        try store.addDataset(Sample.dataset())
        try store.addModel(Sample.model("lenet5"))
        try store.addModel(Sample.model("resnet20", onnx: Data([7])))
        let error = try #require(throws: StoreError.self) { try store.model(named: "resnet2") }
        #expect(error == .unknown(kind: "model", name: "resnet2", known: ["lenet5", "resnet20"]))
        #expect(error.description.contains("did you mean resnet20?"))
        #expect(throws: StoreError.unknown(kind: "data set", name: "cifar", known: ["digits"])) {
            try store.dataset(named: "cifar")
        }
        #expect(try store.datasets(fingerprint: "f").isEmpty)
        #expect(throws: StoreError.self) { try store.model(ModelID(99)) }
        #expect(throws: StoreError.self) { try store.onnx(of: ModelID(99)) }
    }

    @Test func fileThatChangedBehindTheStoresBackIsRefused() throws {
        let (added, _) = try store.addModel(Sample.model())
        try StoreCopy.alter(store.path, "UPDATE models SET onnx = x'010204'")
        let error = #expect(throws: StoreError.self) { try store.onnx(of: added.id) }
        #expect(error?.description.contains("restore a backup") == true)
    }

    @Test func modelComesBackWithItsFileAndLayers() throws {
        try store.addDataset(Sample.dataset())
        var model = Sample.model()
        model.dataset = "digits"
        let (added, isNew) = try store.addModel(model)
        #expect(isNew)
        // SHA-256 of the bytes 1, 2, 3 by sha256sum.
        #expect(added.sha256 == "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81")
        #expect(added.dataset == "digits")
        #expect(added.reference == ReferenceCount(correct: 9882, images: 10_000))
        #expect(try store.model(named: "lenet") == added)
        #expect(try store.model(added.id) == added)
        #expect(try store.models() == [added])
        #expect(try store.onnx(of: added.id) == Data([1, 2, 3]))
        let layers = try store.layers(of: added.id)
        #expect(layers.map(\.name) == ["relu0", "relu1", "relu2"])
        #expect(layers.map(\.position) == [0, 1, 2])
        #expect(layers.allSatisfy { $0.activation == .relu })
        #expect(try store.layer(named: "relu1", of: added.id) == layers[1])
        #expect(throws: StoreError.unknown(kind: "layer", name: "relu9", known: ["relu0", "relu1", "relu2"])) {
            try store.layer(named: "relu9", of: added.id)
        }
    }

    @Test func sameModelTwiceIsOneModel() throws {
        let first = try store.addModel(Sample.model())
        let second = try store.addModel(Sample.model())
        #expect(second.model == first.model)
        #expect(!second.isNew)
    }

    @Test func nameOrFileOfAnotherModelIsRefused() throws {
        try store.addModel(Sample.model())
        #expect(throws: StoreError.self) { try store.addModel(Sample.model(onnx: Data([4]))) }
        let error = try #require(throws: StoreError.self) { try store.addModel(Sample.model("twin")) }
        guard case .nameTaken("model", "lenet", _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func otherPreprocessingMakesAnotherModel() throws {
        let first = try store.addModel(Sample.model()).model
        var other = Sample.model("lenet-scaled")
        other.preprocessing = #"{"scale":2}"#
        let second = try store.addModel(other).model
        #expect(second.sha256 == first.sha256)
        #expect(second.identity != first.identity)
    }

    @Test func modelMayNameADatasetThatComesLater() throws {
        var model = Sample.model()
        model.dataset = "cifar"
        #expect(try store.addModel(model).model.dataset == "cifar")
        #expect(throws: StoreError.unknown(kind: "data set", name: "cifar", known: [])) {
            try store.dataset(named: "cifar")
        }
    }

    @Test func twoLayersOfOneNameAreRefused() throws {
        var model = Sample.model()
        model.layers[1].name = "relu0"
        let error = try #require(throws: StoreError.self) { try store.addModel(model) }
        guard case .invalid = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func removedModelTakesItsResultsAlong() throws {
        let model = try store.addModel(Sample.model()).model
        let layer = try #require(try store.layers(of: model.id).first)
        try store.record { writer throws(StoreError) in
            let fit = try Sample.fit(layer)
            let id = try writer.insert(fit)
            try writer.insert(Sample.evaluation(.approximation(id), model: model.id, correct: 90))
        }
        var job = Sample.job("held")
        job.model = model.id
        try store.enqueue([job])
        let held = try store.claim(upTo: 1, as: "w", lease: .seconds(9))
        #expect(throws: StoreError.invalid("workers hold 1 jobs of model lenet; cancel them first")) {
            try store.removeModel(named: "lenet")
        }
        try store.release(held)
        try store.removeModel(named: "lenet")
        #expect(try store.models().isEmpty)
        #expect(try store.job(key: "held") == nil)
        #expect(try store.jobCounts().total == 1)
        #expect(throws: StoreError.unknown(kind: "model", name: "lenet", known: [])) {
            try store.removeModel(named: "lenet")
        }
    }
}
