internal import Store

/// A model as JSON.
struct ModelReport: Encodable {
    let name: String
    let sha256: String
    let dataset: String?
    let input: [Int]
    let classes: Int
    let parameters: Int
    let layers: Int

    init(_ model: ModelRecord, layers: Int) {
        name = model.name
        sha256 = model.sha256
        dataset = model.dataset
        input = [model.inputChannels, model.inputHeight, model.inputWidth]
        classes = model.classes
        parameters = model.parameters
        self.layers = layers
    }
}
