import Chart
import Foundation
import FoundationXML
import Testing

@Suite struct ElementTests {
    /// What stands for everything that a name from a file may contain.
    static let hostile = "</title><script>alert(\"1\")</script>&amp;'\u{0}\u{1B}\u{FFFF}\u{7}é…"

    @Test func textAndAttributesComeBackAsTheyWere() throws {
        let element = Element("p", ["title": Self.hostile], text: Self.hostile)
        #expect(!element.rendered.contains("<script"))
        let seen = try Reading(of: element.rendered)
        // What XML cannot hold is the sign for a character that is none.
        let expected = "</title><script>alert(\"1\")</script>&amp;'\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}é…"
        #expect(seen.text == expected)
        #expect(seen.attributes["title"] == expected)
    }

    @Test func whatHTMLWouldLeaveOpenIsClosed() {
        #expect(Element("div").rendered == "<div></div>")
        #expect(Element("br").rendered == "<br/>")
        #expect(Element("p", contents: [.text("a"), .element(Element("b", text: "c"))]).rendered == "<p>a<b>c</b></p>")
    }

    @Test func aTooltipIsTheFirstChild() {
        #expect(
            Element("g", [:], [Element("line")]).titled("a < b").rendered
                == "<g>\n<title>a &lt; b</title>\n<line/>\n</g>")
    }
}

/// A parser's view of a document.
private final class Reading: NSObject, XMLParserDelegate {
    private(set) var text = ""
    private(set) var attributes: [String: String] = [:]

    init(of document: String) throws {
        super.init()
        let parser = XMLParser(data: Data(document.utf8))
        parser.delegate = self
        let isWellFormed = parser.parse()
        try #require(isWellFormed, "\(String(describing: parser.parserError))")
    }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) { self.attributes.merge(attributes) { $1 } }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
