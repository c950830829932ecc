import Foundation
import FoundationXML
import Testing

/// `centroid report` and `centroid best --plan` on the built-in digits.
@Suite struct ReportCommandTests {
    private let folder: Folder

    init() throws {
        folder = try Folder.withLeNet()
    }

    private func sweep(_ more: String...) throws {
        let run = try folder.run(
            [
                "run", "lenet", "--degrees", "2,4,5", "--fitters", "least-squares", "--images", "200",
                "--validation-images", "100", "--no-test",
            ] + more)
        #expect(run.status == 0, "\(run.errors)")
    }

    private func page() throws -> Page {
        let run = try folder.centroid("report", "lenet", "--format", "html")
        #expect(run.status == 0, "\(run.errors)")
        return try Page(run.output)
    }

    private func document() throws -> [String: Any] {
        let run = try folder.centroid("report", "lenet", "--json")
        #expect(run.status == 0, "\(run.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    @Test func aFileOfOneLetterAndAFullDisk() throws {
        #expect(try folder.centroid("report", "lenet", "--output", "r").status == 0)
        #expect(FileManager.default.fileExists(atPath: folder.file("r")))
        #expect(try folder.centroid("store", "backup", "b").status == 0)
        #expect(try folder.centroid("report", "lenet", "--output", "-").output.hasPrefix("# "))
        let full = try folder.shell("$CENTROID report lenet --json > /dev/full")
        #expect(full.status == 74, "\(full.errors)")
    }

    @Test func pageIsWholeAndTheSameEachTime() throws {
        try sweep()
        let page = try page()
        #expect(try self.page().source == page.source)
        // Accuracy, three plans' degrees at most, four layers with swatches.
        #expect(page.drawings.count >= 6)
        #expect(page.drawings.allSatisfy { $0["role"] == "img" && $0["aria-label"]?.isEmpty == false })
        for text in ["least-squares degree 2", "least-squares degree 4", "lenet", "original network"] {
            #expect(page.text.contains(text), "\(text)")
        }
        #expect(page.elements["script"] == nil && page.elements["link"] == nil && page.elements["img"] == nil)
        let addresses = page.source.components(separatedBy: "http").count - 1
        #expect(addresses == page.attributes["xmlns"]?.count)
        #expect((page.elements["title"] ?? 0) > 10)
        // HTML reads no escapes in a style sheet.
        let style = try #require(page.source.firstRange(of: /<style>[^<]*<\/style>/).map { page.source[$0] })
        #expect(!style.contains("&"))
    }

    @Test func layersShowWhatTheySeeAndWhatReplacesThem() throws {
        try sweep("--granularity", "channel")
        let report = try document()
        #expect(report["compared_images"] as? Int == 100)
        #expect(report["seeds"] as? [Int] == [0])
        #expect((report["result_versions"] as? [String])?.count == 1)
        let plans = try #require(report["plans"] as? [[String: Any]])
        #expect(plans.count == 4 && plans.allSatisfy { $0["refitted_weights"] as? Bool == false })
        let layers = try #require(report["layers"] as? [[String: Any]])
        #expect(layers.compactMap { $0["position"] as? Int } == [0, 1, 2, 3])
        for layer in layers {
            let inputs = try #require(layer["inputs"] as? [String: Any])
            #expect(inputs["images"] as? Int == 200)
            let shape = try #require(layer["shape"] as? [Int])
            #expect(inputs["values"] as? Int == 200 * shape.reduce(1, *))
            let shares = try #require(inputs["shares"] as? [Double])
            #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
            #expect((inputs["edges"] as? [Double])?.count == shares.count + 1)
            let replacements = try #require(layer["replacements"] as? [[String: Any]])
            #expect(!replacements.isEmpty)
            for replacement in replacements {
                let lower = try #require(replacement["lower"] as? [Double])
                let upper = try #require(replacement["upper"] as? [Double])
                #expect(!lower.isEmpty && zip(lower, upper).allSatisfy { $0 <= $1 })
                #expect(replacement["alone"] is [String: Any])
                #expect(replacement["outside_share"] is Double)
            }
        }
        let page = try page()
        #expect(page.drawings.contains { $0["aria-label"]?.hasPrefix("Layer 3, ") == true })
        #expect(page.text.contains("Shaded band: the middle four fifths of the channels' polynomials"))
        // Nothing was checked.
        #expect(!page.text.contains("Checks") && (report["checks"] as? [Any])?.isEmpty == true)
    }

    @Test func overlappingShardsCountAnImageOnce() throws {
        try sweep()
        let more = try folder.centroid(
            "run", "lenet", "--degrees", "2", "--fitters", "least-squares", "--images", "600", "--fit-only")
        #expect(more.status == 0, "\(more.errors)")
        let layers = try #require(try document()["layers"] as? [[String: Any]])
        let inputs = try #require(layers[0]["inputs"] as? [String: Any])
        #expect(inputs["images"] as? Int == 600)
    }

    @Test func frontIsThatOfTheAccuracies() throws {
        try sweep()
        let plans = try #require(try document()["plans"] as? [[String: Any]])
        let run = try folder.centroid("best", "lenet", "--plan", "--json")
        let best = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
        func cost(_ plan: [String: Any]) throws -> (depth: Int, correct: Int) {
            let validation = try #require(plan["validation"] as? [String: Any])
            return try (#require(plan["depth"] as? Int), #require(validation["correct"] as? Int))
        }
        #expect(!best.isEmpty)
        for plan in plans {
            let (depth, correct) = try cost(plan)
            let isBeaten = try plans.contains { other in
                let (otherDepth, otherCorrect) = try cost(other)
                return otherDepth <= depth && otherCorrect >= correct && (otherDepth, otherCorrect) != (depth, correct)
            }
            if isBeaten { #expect(!best.contains { $0["key"] as? String == plan["key"] as? String }) }
        }
        // Five linear pieces, and one, two or three levels at each of four activations.
        #expect(Set(try plans.map { try cost($0).depth }).isSubset(of: [9, 13, 17]))
        let cheapest = try folder.centroid("best", "lenet", "--plan", "--levels", "9", "--json")
        #expect(cheapest.output.contains("least-squares degree 2") && !cheapest.output.contains("degree 4"))
        #expect(try folder.centroid("best", "lenet", "--plan", "--levels", "8").output.contains("takes 9"))
    }

    @Test func planOnFewerImagesIsBetterThanNone() throws {
        func run(_ degree: String, validation: String) throws {
            let run = try folder.centroid(
                "run", "lenet", "--degrees", degree, "--fitters", "least-squares", "--images", "200",
                "--validation-images", validation, "--no-test")
            #expect(run.status == 0, "\(run.errors)")
        }
        try run("4", validation: "100")
        try run("2", validation: "20")
        let affordable = try folder.centroid("best", "lenet", "--plan", "--levels", "9")
        #expect(affordable.output.contains("least-squares degree 2") && affordable.output.contains(" / 20 "))
        // The original network's figure there would be of other images.
        #expect(!affordable.output.contains(" / 100 "))
        #expect(affordable.errors.contains("--validation-images 100"), "\(affordable.errors)")
        #expect(try folder.centroid("best", "lenet", "--plan", "--levels", "8").output.contains("takes 9"))
        let front = try folder.centroid("best", "lenet", "--plan").output
        #expect(front.contains("degree 4") && !front.contains("degree 2"))
    }

    @Test func plansOnFewerImagesAreNotCompared() throws {
        try sweep()
        let run = try folder.centroid(
            "run", "lenet", "--degrees", "3", "--fitters", "least-squares", "--images", "200", "--validation-images",
            "20", "--no-test")
        #expect(run.status == 0, "\(run.errors)")
        let report = try document()
        #expect(report["compared_images"] as? Int == 100)
        let plans = try #require(report["plans"] as? [[String: Any]])
        let others = plans.filter { $0["is_compared"] as? Bool == false }
        #expect(others.compactMap { $0["plan"] as? String } == ["least-squares degree 3", "best"])
        #expect(others.allSatisfy { $0["is_on_front"] as? Bool == false && $0["validation"] is [String: Any] })
        let page = try page()
        #expect(page.text.contains("2 plans evaluated on other or fewer images than the 100"))
        #expect(page.text.contains("to compare them, run their sweeps with --validation-images 100"))
    }

    @Test func aPlanThatLostALayerIsNamed() throws {
        try sweep()
        try folder.sqlite("DELETE FROM plan_layers WHERE layer = (SELECT id FROM layers WHERE position = 3)")
        let run = try folder.centroid("report", "lenet")
        #expect(run.status == 65 && run.errors.contains("3 of 4 layers"), "\(run.errors)")
    }

    @Test func aHostileNameStaysAName() throws {
        try sweep()
        let name = "</title></svg><script>alert(1)</script> \"'&amp; | `x` [a](b)"
        try folder.sqlite(
            "UPDATE layers SET name = '\(name.replacingOccurrences(of: "'", with: "''"))' WHERE position = 1")
        try folder.sqlite("UPDATE plans SET name = name || ' <b onload=\"x\">&' WHERE method = 'uniform'")
        let page = try page()
        #expect(page.elements["script"] == nil && page.elements["b"] == nil)
        #expect(page.text.contains(name))
        #expect(page.text.contains("degree 2 <b onload=\"x\">&"))
        let markdown = try folder.centroid("report", "lenet").output
        #expect(markdown.contains("\\<script\\>") && !markdown.contains("<script>"))
        #expect(markdown.contains("\\| \\`x\\` \\[a\\]"))
    }

    @Test func longNamesDoNotWidenThePage() throws {
        try sweep()
        try folder.sqlite("UPDATE layers SET name = 'layer/' || hex(zeroblob(300)) || '/relu' WHERE position = 2")
        let page = try page()
        let name = "layer/" + String(repeating: "0", count: 600) + "/relu"
        #expect(page.text.contains("…") && page.text.contains("000/relu"))
        #expect(page.attributes["title"]?.contains(name) == true)
    }

    @Test func withoutPlansAndShardsItSaysSo() throws {
        let markdown = try folder.centroid("report", "lenet")
        #expect(markdown.status == 0, "\(markdown.errors)")
        #expect(try folder.centroid("report", "lenet", "--json").output.contains("\"front\" : [\n\n  ]"))
        for text in ["There are no plans yet", "The store has no shards"] {
            #expect(markdown.output.contains(text), "\(markdown.output)")
            #expect(try page().text.contains(text))
        }
        #expect(try folder.centroid("best", "lenet", "--plan").output.contains("No plans yet"))
    }

    @Test func plansWithoutEvaluationAreListed() throws {
        let run = try folder.centroid(
            "run", "lenet", "--fitters", "guided", "--degrees", "2", "--images", "100", "--fit-only")
        #expect(run.status == 0, "\(run.errors)")
        let page = try page()
        #expect(page.text.contains("not evaluated") && page.text.contains("1 plan without an evaluation"))
        #expect(page.text.contains("refitted"))
        let layers = try #require(try document()["layers"] as? [[String: Any]])
        // Nothing was captured, so curves go over the fitted range.
        #expect(layers.allSatisfy { $0["inputs"] == nil })
        #expect(layers.allSatisfy { ($0["replacements"] as? [Any])?.count == 1 && $0["function"] is [String: Any] })
        #expect(try folder.centroid("best", "lenet", "--plan").output.contains("None of the 1 plans"))
    }

    @Test func filesAreMadeOnceAndNeverTheStore() throws {
        let made = try folder.centroid("report", "lenet", "--output", "report.html")
        #expect(made.status == 0 && made.output.contains("report.html: html"), "\(made.errors)")
        let page = try Page(String(contentsOfFile: folder.file("report.html"), encoding: .utf8))
        #expect(page.text.contains("centroid report lenet --format html --output report.html"))
        let again = try folder.centroid("report", "lenet", "--output", "report.html")
        #expect(again.status == 73 && again.errors.contains("--force"), "\(again.errors)")
        #expect(try folder.centroid("report", "lenet", "--output", "report.html", "--force").status == 0)
        #expect(try folder.centroid("report", "lenet", "--output", "report.md").output.contains("markdown"))
        #expect(try folder.centroid("report", "lenet", "--output", "report.json").output.contains("report.json: json"))
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("report.json")))
        #expect(try JSONSerialization.jsonObject(with: data) is [String: Any])
        let before = try folder.centroid("store", "digest").output
        #expect(
            try folder.centroid("report", "lenet", "--output", "centroid.db", "--force", "--format", "json").status
                == 73)
        #expect(try folder.centroid("store", "digest").output == before)
        #expect(try folder.centroid("report", "lenet", "--output", "nowhere/report.md").status == 73)
        #expect(try folder.shell("\"$CENTROID\" report lenet > /dev/full").status == 74)
    }

    @Test(arguments: [
        (["report", "lenett"], "lenet"), (["report", "lenet", "--json", "--format", "html"], "two formats"),
        (["report", "lenet", "--force"], "--output"), (["report", "lenet", "--format", "pdf"], "pdf"),
        (["report", "lenet", "--output", "report.pdf"], "--format"),
        (["best", "lenet", "--levels", "9"], "--plan"), (["best", "lenet", "--plan", "--layer", "0"], "--layer"),
        (["best", "lenet", "--plan", "--levels", "0"], "--levels 0"),
    ])
    func wishThatCannotBe(_ arguments: [String], words: String) throws {
        let run = try folder.run(arguments)
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.errors.contains(words), "\(run.errors)")
    }
}

/// A page as an XML parser reads it.
private final class Page: NSObject, XMLParserDelegate {
    let source: String
    private(set) var text = ""
    /// How many there are of each.
    private(set) var elements: [String: Int] = [:]
    /// All values of each.
    private(set) var attributes: [String: [String]] = [:]
    /// Attributes of the drawings that stand by themselves.
    private(set) var drawings: [[String: String]] = []

    init(_ source: String) throws {
        self.source = source
        super.init()
        let parser = XMLParser(data: Data(source.utf8))
        parser.delegate = self
        let isWellFormed = parser.parse()
        try #require(isWellFormed, "line \(parser.lineNumber): \(String(describing: parser.parserError))")
    }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements[elementName, default: 0] += 1
        for (name, value) in attributes { self.attributes[name, default: []].append(value) }
        if elementName == "svg", attributes["xmlns"] != nil { drawings.append(attributes) }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
