internal import Foundation

/// A table for people: aligned columns, a rule under the header, no box drawing, so that it survives a paste.
///
/// For example:
///
///     var table = Table(columns: [.text("layer"), .number("degree")])
///     table.append(["relu1", "2"])
///     print(table.rendered(style: .plain))
struct Table {
    struct Column {
        enum Alignment {
            case leading
            case trailing
        }

        var title: String
        var alignment: Alignment

        static func text(_ title: String) -> Column { Column(title: title, alignment: .leading) }
        static func number(_ title: String) -> Column { Column(title: title, alignment: .trailing) }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    init(columns: [Column]) {
        self.columns = columns
    }

    var isEmpty: Bool { rows.isEmpty }

    mutating func append(_ cells: [String]) {
        precondition(cells.count == columns.count, "a row has one cell per column")
        rows.append(cells)
    }

    func rendered(style: Style) -> String {
        let widths = columns.indices.map { column in
            rows.reduce(columns[column].title.count) { max($0, $1[column].count) }
        }
        let header = line(columns.map(\.title), widths)
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        return ([style.bold(header), style.dim(rule)] + rows.map { line($0, widths) }).joined(separator: "\n")
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = zip(cells.indices, cells).map { index, cell in
            let padding = String(repeating: " ", count: widths[index] - cell.count)
            return columns[index].alignment == .leading ? cell + padding : padding + cell
        }
        let joined = padded.joined(separator: "  ")
        return String(joined.reversed().drop { $0 == " " }.reversed())
    }
}
