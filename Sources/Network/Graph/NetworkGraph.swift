package import Approx

/// A trained network as Centroid sees it: values between nodes, in an order in which they can be run.
///
/// Logical layout is channels x height x width everywhere, whatever layout the file used.
package struct NetworkGraph: Sendable {
    /// An index into ``values``.
    package typealias ValueID = Int

    /// A tensor that a node makes, or the input.
    package struct Value: Hashable, Sendable {
        package var name: String
        package var shape: TensorShape

        package init(name: String, shape: TensorShape) {
            self.name = name
            self.shape = shape
        }
    }

    package struct Node: Sendable {
        /// Its name in the file, or one made from its output's.
        package var name: String
        package var operation: Operation
        package var inputs: [ValueID]
        package var output: ValueID

        package init(name: String, operation: Operation, inputs: [ValueID], output: ValueID) {
            self.name = name
            self.operation = operation
            self.inputs = inputs
            self.output = output
        }
    }

    /// A layer: a place where an activation function is applied, and where a polynomial may stand instead.
    package struct ActivationSite: Hashable, Sendable {
        package var name: String
        package var function: ActivationFunction
        package var shape: TensorShape

        package init(name: String, function: ActivationFunction, shape: TensorShape) {
            self.name = name
            self.function = function
            self.shape = shape
        }
    }

    package var values: [Value]
    package var input: ValueID
    package var output: ValueID
    /// Each node stands after the nodes whose outputs it reads.
    package var nodes: [Node]
    /// In topological order; `.activation(site: i)` refers to `sites[i]`.
    package var sites: [ActivationSite]

    package init(values: [Value], input: ValueID, output: ValueID, nodes: [Node], sites: [ActivationSite]) {
        self.values = values
        self.input = input
        self.output = output
        self.nodes = nodes
        self.sites = sites
    }

    package var inputShape: TensorShape { values[input].shape }

    /// Length of the logits vector.
    package var classCount: Int { values[output].shape.count }

    /// Weights and biases that a user would count, after batch-norm folding.
    package var parameterCount: Int { nodes.reduce(0) { $0 + $1.operation.parameterCount } }
}
