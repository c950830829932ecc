/// Where a written network comes from: kept in the file's metadata, for whoever finds the file later.
package protocol ONNXOrigin: Sendable {
    /// What the network is called.
    var model: String { get }
    /// Of the program that writes the file; empty where the network's identity must not depend on it.
    var version: String { get }
    /// One or two sentences for people who open the file.
    var description: String { get }
    /// In the order of the file; those without a value are left out.
    var properties: [(key: String, value: String)] { get }
}
