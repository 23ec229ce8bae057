/// The page `docs/columns.md`, made from the registry.
package enum ColumnReference {
    /// The families of ``ColumnID`` by their first member, in its order.
    private static let families: [(first: ColumnID, title: String)] = [
        (.symbol, "What it is"), (.last, "Price and quote"), (.volume, "Volume"), (.rvol, "Relative volume"),
        (.changePercent, "Change"), (.gapPercent, "Gap"), (.open, "The day's range"), (.preHigh, "Pre-market"),
        (.regularVolume, "Regular session"), (.postVolume, "Post-market"), (.previousClose, "The day before"),
        (.atr, "Days before"), (.marketCap, "The company"), (.tradesPerMinute, "Trading"),
        (.minutesSinceOpen, "The market around it"),
    ]

    /// The columns by family, each in the order of ``ColumnID``.
    package static var grouped: [(title: String, columns: [ColumnDescriptor])] {
        var groups: [(title: String, columns: [ColumnDescriptor])] = []
        for id in ColumnID.allCases {
            if let family = families.first(where: { $0.first == id }) { groups.append((family.title, [])) }
            guard let entry = ColumnDescriptor.of(id), let last = groups.indices.last else { continue }
            groups[last].columns.append(entry)
        }
        return groups
    }

    /// The page.
    package static func markdown() -> String {
        var lines = [
            "# Columns",
            "",
            "Every quantity a table can show, a list sort by and a filter ask for: \(ColumnDescriptor.all.count) of them. "
                + "A name or any of its",
            "other names may be typed, in capitals or not. Percentages are percent (`chg% > 5` is five per cent), ratios are",
            "multiples (`rvol > 3`), prices are dollars, flags are yes or no. A value that is not known is *missing*: shown as",
            "`–`, sorted last, never a match.",
            "",
            "This page is written from the registry in `Sources/MarketData/ColumnCatalog*.swift`; a test keeps it fresh.",
        ]
        for group in grouped {
            lines += ["", "## \(group.title)", ""]
            lines += [
                "| name | other names | unit | what it is | when it is known | from |", "|---|---|---|---|---|---|",
            ]
            lines += group.columns.map(row)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func row(_ entry: ColumnDescriptor) -> String {
        let names = entry.aliases.map { "`\($0)`" }.joined(separator: " ")
        let cells = [
            "`\(entry.id.rawValue)`", names, unit(entry), escaped(entry.formula), escaped(entry.validity), entry.source,
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private static func unit(_ entry: ColumnDescriptor) -> String {
        switch entry.kind {
        case .text: "text"
        case .flag: "yes/no"
        case .strip: "cells"
        case .number: entry.unit.rawValue
        }
    }

    /// A bar would end the cell.
    private static func escaped(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
