import Foundation
import Store
import Testing

@Suite struct FreeNameTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try Data("new".utf8).write(to: URL(fileURLWithPath: folder.file("draft")))
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder.file(name), encoding: .utf8)
    }

    private func give(byMoving moves: Bool) -> Int32 {
        moves
            ? FreeName.move(folder.file("draft"), to: folder.file("name"))
            : FreeName.give(folder.file("name"), to: folder.file("draft"))
    }

    @Test(arguments: [false, true]) func freeNameIsGiven(byMoving moves: Bool) throws {
        #expect(give(byMoving: moves) == 0)
        #expect(try text("name") == "new")
        #expect(FileManager.default.fileExists(atPath: folder.file("draft")) != moves)
    }

    @Test(arguments: [false, true]) func nameThatIsTakenStaysAsItIs(byMoving moves: Bool) throws {
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.file("name")))
        #expect(give(byMoving: moves) == EEXIST)
        #expect(try text("name") == "mine" && text("draft") == "new")
    }
}
