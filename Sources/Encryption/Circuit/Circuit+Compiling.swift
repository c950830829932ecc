package import Approx
package import Network

extension Circuit {
    /// What keys are to cost in the choice of rotations, from quick circuits to those of few keys.
    private static let keyWeights = [1.0, 4, 16, 64, 256]

    /// What a layout is to leave room for: a fixed number, so that the same plan has the same circuit on every machine. Where
    /// there are more, as many of them work as the limit has room for.
    private static let threadsPlannedFor = 2

    /// Compiles a plan.
    ///
    /// - Parameters:
    ///   - graph: The network, with the plan's weights where it has any.
    ///   - plan: One approximation per activation site.
    ///   - images: What the circuit is to be quick for: it decides how many images share a ciphertext.
    ///   - memoryLimit: Bytes for keys and ciphertexts. Where the quickest circuit takes more, one of fewer keys is
    ///     taken; where none fits, the smallest one.
    /// - Throws: ``EncryptionError``, saying what cannot be encrypted and why.
    package init(
        _ graph: NetworkGraph, plan: [Approximation?], images: Int, memoryLimit: Int = .max
    ) throws(EncryptionError) {
        var best: (compiler: CircuitCompiler, layout: CircuitCompiler.Layout)?
        func isBetter(_ layout: CircuitCompiler.Layout, of compiler: CircuitCompiler) -> Bool {
            guard let best else { return true }
            guard layout.bytes <= memoryLimit, best.layout.bytes <= memoryLimit else {
                return layout.bytes < best.layout.bytes
            }
            return compiler.seconds(of: layout, for: images) < best.compiler.seconds(of: best.layout, for: images)
        }
        for compiler in try Self.compilers(graph, plan: plan) {
            for block in compiler.blocks {
                let (start, patterns) = compiler.patterns(block: block)
                for keyWeight in Self.keyWeights {
                    let layout = compiler.completed(start, patterns, for: images, keyWeight: keyWeight)
                    if isBetter(layout, of: compiler) { best = (compiler, layout) }
                    if layout.bytes <= memoryLimit { break }
                }
            }
        }
        guard let best else { throw .image(graph.inputShape, slots: 0) }
        self = best.compiler.circuit(best.layout)
    }

    /// One for each grid that the network can lie on; the ordinary one comes first, and its failure is the one to show.
    private static func compilers(
        _ graph: NetworkGraph, plan: [Approximation?]
    ) throws(EncryptionError) -> [CircuitCompiler] {
        var compilers: [CircuitCompiler] = []
        for cell in ValueGrid.cells(for: graph) {
            do throws(EncryptionError) {
                compilers.append(try CircuitCompiler(graph, plan: plan, cell: cell, threads: threadsPlannedFor))
            } catch {
                if cell == 1 { throw error }
            }
        }
        return compilers
    }
}
