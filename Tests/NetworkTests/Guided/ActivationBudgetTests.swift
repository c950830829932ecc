import Foundation
import Network
import Testing

@Suite struct ActivationBudgetTests {
    private let budget = ActivationBudget(bytes: 1000, directory: FileManager.default.temporaryDirectory)

    @Test func roomThatIsGivenBackIsTakenAgain() throws {
        let first = try budget.map(600)
        first.bytes.storeBytes(of: 7, as: UInt8.self)
        budget.unmap(first)
        let second = try budget.map(600)
        // New pages would be zeros.
        #expect(second.bytes.load(as: UInt8.self) == 7 && second.isInMemory)
        budget.unmap(second)
    }

    @Test func spareRoomOfOtherSizesCountsAsFree() throws {
        budget.unmap(try budget.map(600))
        let other = try budget.map(1000)
        #expect(other.isInMemory)
        let beyond = try budget.map(100)
        #expect(!beyond.isInMemory)
        budget.unmap(other)
        budget.unmap(beyond)
        // A file that is given back makes no room in memory.
        let parts = try (0..<11).map { _ in try budget.map(100) }
        #expect(parts.map(\.isInMemory) == Array(repeating: true, count: 10) + [false])
        for part in parts { budget.unmap(part) }
    }

    @Test func fileHoldsWhatIsWritten() throws {
        let room = try budget.map(4000)
        #expect(!room.isInMemory)
        let bytes = UnsafeMutableRawBufferPointer(start: room.bytes, count: 4000)
        for index in bytes.indices { bytes[index] = UInt8(index % 251) }
        #expect(bytes.indices.allSatisfy { bytes[$0] == UInt8($0 % 251) })
        budget.unmap(room)
    }
}
