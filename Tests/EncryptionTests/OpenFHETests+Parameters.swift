import Encryption
import Foundation
import Testing

/// What the plan says of parameters beside OpenFHE's own word.
extension OpenFHETests {
    /// Whole, and with what is left at the level of every stage.
    @Test(arguments: 1...12) func parametersOfEveryDepthAreSecure(depth: Int) throws {
        let parameters = try CKKSParameters(depth: depth, slots: 1)
        let client = try OpenFHEClient(try OpenFHEContext(parameters, library))
        for level in 0..<depth {
            let stage = KeyStage(of: parameters, level, at: level, rotationSteps: [], relinearises: false)
            #expect(stage.parameters.isSecure)
            _ = try client.evaluationKeys(for: stage)
        }
    }

    @Test func securityIsWhatOpenFHESaysOfIt() throws {
        var tried = [true: 0, false: 0]
        for logRing in 13...14 {
            let limit = try #require(CKKSParameters.securityBits[logRing])
            for depth in 1...6 {
                for scale in 33...45 {
                    let parameters = CKKSParameters(
                        logRing: logRing, depth: depth, scaleBits: scale, firstBits: scale + 14, digits: 1)
                    guard abs(parameters.modulusBits - limit) <= 3 else { continue }
                    let isAccepted = (try? OpenFHEContext(parameters, library)) != nil
                    #expect(parameters.isSecure == isAccepted, "\(parameters)")
                    tried[isAccepted, default: 0] += 1
                }
            }
        }
        #expect(tried.values.allSatisfy { $0 > 0 }, "\(tried)")
    }

    /// Files hold the moduli beside the keys: less than a twentieth more.
    @Test(arguments: [1, 2, 5, 8]) func evaluationKeysAreAsLargeAsPlanned(depth: Int) throws {
        let folder = try TemporaryFolder()
        let parameters = try CKKSParameters(depth: depth, slots: 1)
        let client = try OpenFHEClient(try OpenFHEContext(parameters, library))
        for level in 0..<depth {
            let stage = KeyStage(of: parameters, level, at: level, rotationSteps: [1, 2], relinearises: true)
            try client.evaluationKeys(for: stage).write(to: folder.file("keys"))
            let written = try FileManager.default.attributesOfItem(atPath: folder.file("keys"))[.size] as? Int
            let planned = stage.keyCount * stage.parameters.keyBytes
            let ratio = Double(try #require(written)) / Double(planned)
            #expect((0.95...1.05).contains(ratio), "level \(level): \(ratio)")
        }
    }
}
