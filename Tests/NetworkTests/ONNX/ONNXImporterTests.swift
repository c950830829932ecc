internal import Approx
internal import Foundation
internal import Network
internal import Testing

@Suite struct ONNXImporterTests {
    // MARK: - What exporters write

    @Test(arguments: ONNXFixture.all)
    func networkComputesWhatONNXRuntimeComputes(fixture: ONNXFixture) throws {
        let graph = try ONNXImporter.graph(from: fixture.file)
        let images = try fixture.images
        let expected = try fixture.logits
        #expect(graph.inputShape.count * 2 == images.count)
        #expect(graph.classCount * 2 == expected.count)
        let executor = ReferenceExecutor(graph: graph)
        for image in 0..<2 {
            let pixels = images[image * graph.inputShape.count..<(image + 1) * graph.inputShape.count].map(Double.init)
            let logits = executor.logits(pixels)
            for (index, logit) in logits.enumerated() {
                // ONNX Runtime sums in Float.
                let wanted = Double(expected[image * graph.classCount + index])
                #expect(abs(logit - wanted) <= 2e-5 * max(1, abs(wanted)), "image \(image), class \(index)")
            }
        }
    }

    @Test func fixturesAreThere() {
        #expect(ONNXFixture.all.count >= 48)
    }

    @Test(arguments: ONNXFixture.all)
    func nodesReadWhatStandsBeforeThem(fixture: ONNXFixture) throws {
        let graph = try ONNXImporter.graph(from: fixture.file)
        var made: Set = [graph.input]
        for node in graph.nodes {
            #expect(node.inputs.allSatisfy(made.contains))
            #expect(made.insert(node.output).inserted)
        }
        #expect(made.contains(graph.output))
        #expect(made.count == graph.values.count)
        let sites = graph.nodes.compactMap { if case .activation(let site) = $0.operation { site } else { nil } }
        #expect(sites == Array(graph.sites.indices))
        #expect(Set(graph.sites.map(\.name)).count == graph.sites.count)
    }

    /// However an exporter writes a network, the same layers come out.
    @Test(arguments: [
        ("residual", 4, 1257), ("activations", 12, 660), ("windows", 5, 0), ("shapes", 2, 958), ("channels", 1, 298),
    ])
    func exportersAgree(network: String, sites: Int, parameters: Int) throws {
        let fixtures = ONNXFixture.all.filter { $0.name.hasPrefix("\(network)-") }
        #expect(fixtures.count == 8)
        for fixture in fixtures {
            let graph = try ONNXImporter.graph(from: fixture.file)
            #expect(graph.sites.count == sites, "\(fixture.name)")
            if parameters > 0 { #expect(graph.parameterCount == parameters, "\(fixture.name)") }
        }
    }

    @Test(arguments: ONNXFixture.all.filter { $0.name.hasPrefix("activations-") })
    func activationsAreRecognisedHoweverTheyAreWritten(fixture: ONNXFixture) throws {
        let functions = try ONNXImporter.graph(from: fixture.file).sites.map(\.function.name)
        #expect(
            functions == [
                "relu", "leaky-relu", "clip", "clip", "sigmoid", "tanh", "silu", "hard-swish", "hard-sigmoid", "gelu",
                "gelu-tanh", "leaky-relu",
            ])
    }

    /// Real networks, where CENTROID_MODELS names their folder.
    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["CENTROID_MODELS"] != nil),
        arguments: [
            ("lenet5-mnist", 4, 61_706), ("resnet20-cifar10", 19, 269_034), ("resnet20-cifar10-b", 19, 269_034),
            ("resnet32-cifar10", 31, 463_018),
        ])
    func realNetworksHaveTheirLayers(name: String, sites: Int, parameters: Int) throws {
        let folder = try #require(ProcessInfo.processInfo.environment["CENTROID_MODELS"])
        let file = try Data(contentsOf: URL(filePath: folder).appending(path: "\(name).onnx"))
        let graph = try ONNXImporter.graph(from: file)
        #expect(graph.sites.count == sites)
        #expect(graph.parameterCount == parameters)
        #expect(graph.sites.allSatisfy { $0.function == .relu })
    }

    // MARK: - Structure

    @Test func batchNormGoesIntoALayerWithOneReaderOnly() throws {
        for isShared in [false, true] {
            var builder = ONNXBuilder()
            builder.convolution("image", "conv", channels: 2, to: 2)
            for (name, values) in [
                ("scale", [1.5, 2]), ("shift", [0.5, -1]), ("mean", [0.1, 0.2]), ("variance", [1, 4]),
            ] {
                builder.reals(name, [2], values.map(Float.init))
            }
            builder.node("BatchNormalization", ["conv", "scale", "shift", "mean", "variance"], ["norm"])
            builder.node("Relu", ["norm"], ["relu"])
            builder.node("Add", ["relu", isShared ? "conv" : "image"], ["sum"])
            builder.head("sum")
            let graph = try ONNXImporter.graph(from: builder.file)
            let affines = graph.nodes.count { if case .affine = $0.operation { true } else { false } }
            #expect(affines == (isShared ? 1 : 0))
        }
    }

    @Test func deadNodesAreDropped() throws {
        var builder = ONNXBuilder()
        builder.node("Resize", ["image"], ["nobody"])
        builder.node("Relu", ["image"], ["also nobody"])
        builder.node("Relu", ["image"], ["relu"])
        builder.head("relu")
        let graph = try ONNXImporter.graph(from: builder.file)
        #expect(graph.sites.map(\.name) == ["node_relu"])
    }

    @Test func nodesOutOfOrderAreSorted() throws {
        var builder = ONNXBuilder()
        builder.head("second")
        builder.node("Tanh", ["first"], ["second"])
        builder.node("Relu", ["image"], ["first"])
        let graph = try ONNXImporter.graph(from: builder.file)
        #expect(graph.sites.map(\.function) == [.relu, .tanh])
    }

    @Test func sitesHaveNamesOfTheirOwn() throws {
        var builder = ONNXBuilder()
        builder.node("Relu", ["image"], ["a"], name: "act")
        builder.node("Tanh", ["a"], ["b"], name: "act")
        builder.node("Sigmoid", ["b"], ["c\u{1B}[31m"], name: "")
        builder.head("c\u{1B}[31m")
        let graph = try ONNXImporter.graph(from: builder.file)
        #expect(graph.sites.map(\.name) == ["act", "act#2", "c?[31m"])
    }

    @Test func oneTensorMayHaveTwoActivations() throws {
        var builder = ONNXBuilder()
        builder.node("Relu", ["image"], ["a"])
        builder.node("Tanh", ["image"], ["b"])
        builder.node("Add", ["a", "b"], ["sum"])
        builder.head("sum")
        let graph = try ONNXImporter.graph(from: builder.file)
        #expect(graph.sites.map(\.function) == [.relu, .tanh])
        #expect(graph.nodes[0].inputs == graph.nodes[1].inputs)
    }

    @Test func softmaxBehindTheLastLayerIsLeftOut() throws {
        var builder = ONNXBuilder()
        builder.head("image")
        builder.outputs = [ONNXBuilder.value("named", [nil, 3])]
        builder.node("Softmax", ["logits"], ["scores"])
        builder.node("Identity", ["scores"], ["named"])
        let graph = try ONNXImporter.graph(from: builder.file)
        #expect(graph.nodes.count == 1)
        #expect(graph.sites.isEmpty)
    }

    @Test func localFunctionsAreInlined() throws {
        var builder = ONNXBuilder()
        builder.function(
            "Leaky", ["x"], ["y"],
            [
                ONNXBuilder.node("Identity", ["x"], ["inner"], name: "same"),
                ONNXBuilder.node("LeakyRelu", ["inner"], ["y"], name: "leaky", ["alpha": .reference("slope")]),
            ])
        builder.node("Leaky", ["image"], ["a"], name: "one", domain: "local", ["slope": .real(0.25)])
        builder.node("Leaky", ["a"], ["b"], name: "two", domain: "local", ["slope": .real(0.5)])
        builder.head("b")
        let graph = try ONNXImporter.graph(from: builder.file)
        #expect(graph.sites.map(\.name) == ["one/leaky", "two/leaky"])
        #expect(graph.sites.map(\.function) == [.leakyReLU(slope: 0.25), .leakyReLU(slope: 0.5)])
    }

    @Test func longChainsOfScalesBecomeOne() throws {
        var builder = ONNXBuilder()
        builder.reals("one", [], [0.999])
        var last = "image"
        for index in 0..<2000 {
            builder.node("Mul", [last, "one"], ["x\(index)"])
            last = "x\(index)"
        }
        builder.head(last)
        let graph = try ONNXImporter.graph(from: builder.file)
        #expect(graph.nodes.count == 2)
    }
}
