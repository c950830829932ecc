/// An element of a page or of a drawing in it, with its attributes and what it holds.
///
/// What is made of elements is well-formed: names of tags and attributes come from the program, and all text is escaped.
/// The result is XML and, served as HTML, means the same to a browser.
///
/// For example:
///
///     Element("p", ["class": "note"], text: "a < b").rendered   // <p class="note">a &lt; b</p>
package struct Element: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case element(Element)
        case text(String)
    }

    package var name: String
    /// In the order in which they are written.
    package var attributes: [Attribute]
    package var contents: [Content]

    package struct Attribute: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Element] = []) {
        self.init(name, attributes, contents: children.map(Content.element))
    }

    package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
        self.init(name, attributes, contents: [.text(text)])
    }

    package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], contents: [Content]) {
        self.name = name
        self.attributes = attributes.map(Attribute.init)
        self.contents = contents
    }

    /// The same with a tooltip, which is also what assistive technology reads.
    package func titled(_ title: String) -> Element {
        var element = self
        element.contents.insert(.element(Element("title", text: title)), at: 0)
        return element
    }

    /// The element as text, each child that stands among elements only on a line of its own.
    package var rendered: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        text += "<\(name)"
        for attribute in attributes { text += " \(attribute.name)=\"\(MarkupText.escaped(attribute.value))\"" }
        if contents.isEmpty && Self.closesItself.contains(name) {
            text += "/>"
            return
        }
        text += ">"
        let isBlock = contents.count > 1 && contents.allSatisfy(\.isElement)
        for content in contents {
            if isBlock { text += "\n" }
            switch content {
            case .element(let element): element.write(to: &text)
            case .text(let part): text += MarkupText.escaped(part)
            }
        }
        if isBlock { text += "\n" }
        text += "</\(name)>"
    }

    /// HTML reads `<div/>` as a tag that is left open; these it does not.
    private static let closesItself: Set = ["meta", "br", "line", "rect", "circle", "polyline", "polygon"]
}

extension Element.Content {
    fileprivate var isElement: Bool {
        if case .element = self { true } else { false }
    }
}
