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

    @Test(arguments: [FreeName.give, FreeName.reserve]) func freeNameIsGiven(
        _ give: @Sendable (String, String) -> Int32
    ) throws {
        #expect(give(folder.file("name"), folder.file("draft")) == 0)
        #expect(try text("name") == "new")
    }

    @Test(arguments: [FreeName.give, FreeName.reserve]) func nameThatIsTakenStaysAsItIs(
        _ give: @Sendable (String, String) -> Int32
    ) throws {
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.file("name")))
        #expect(give(folder.file("name"), folder.file("draft")) == EEXIST)
        #expect(try text("name") == "mine" && text("draft") == "new")
    }

    @Test func nameIsFreeAgainWhereNothingCouldBePutThere() throws {
        #expect(FreeName.reserve(folder.file("name"), for: folder.file("missing")) == ENOENT)
        #expect(try folder.contents == ["draft"])
    }
}
