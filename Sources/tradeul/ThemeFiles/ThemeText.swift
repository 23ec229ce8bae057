import Dashboard
import TerminalGrid

/// Themes in words.
enum ThemeText {
    /// The list: name, ground, where it comes from, its sentence.
    static func list(_ entries: [ThemeShelf.Entry]) -> [String] {
        let width = entries.map(\.name.count).max() ?? 0
        return entries.map { entry in
            TextColumn.pad(entry.name, -width) + "  " + TextColumn.pad(entry.background.rawValue, -5) + "  "
                + TextColumn.pad(entry.place.word, -9) + "  " + Console.printable(entry.summary)
        }
    }

    /// A theme key by key, for readers without colours.
    static func plain(_ loaded: ThemeShelf.Loaded) -> [String] {
        let sheet = loaded.sheet
        var lines = ["name        \(sheet.name)", "background  \(sheet.background.rawValue)"]
        if let pair = sheet.pair { lines.append("pair        \(pair)") }
        lines.append("colours     \(depth(sheet.colorsMax))")
        if let place = loaded.place { lines.append("from        \(place.word)") }
        lines.append("")
        let width = ThemeKey.all.map(\.path.count).max() ?? 0
        for key in ThemeKey.all {
            let style = sheet[key]
            lines.append(TextColumn.pad(key.path, -width) + "  " + words(style))
        }
        lines.append("")
        lines.append("heat.thresholds  " + sheet.thresholds.map { "\($0)" }.joined(separator: " "))
        lines.append("heat.colors      " + sheet.heatGrounds.map { index($0.background) }.joined(separator: " "))
        lines.append("heat.figures     " + sheet.heatFigures.map { index($0.foreground) }.joined(separator: " "))
        lines.append("heat.bars        " + sheet.heatBars.map { index($0.foreground) }.joined(separator: " "))
        lines.append("heat.ascii       " + sheet.heatASCII.map { "\"\($0)\"" }.joined(separator: " "))
        return lines
    }

    private static func words(_ style: Style) -> String {
        var words = style.description
        if let fore = style.foreground16 { words += " 16:fg \(ColorNames.sixteen[Int(min(fore, 15))])" }
        if let back = style.background16 { words += " 16:bg \(ColorNames.sixteen[Int(min(back, 15))])" }
        return words
    }

    private static func index(_ color: Color) -> String {
        if case .indexed(let index) = color { return "\(index)" }
        return "default"
    }

    private static func depth(_ depth: ColorDepth) -> String {
        switch depth {
        case .mono: "mono"
        case .sixteen: "16"
        case .palette256: "256"
        }
    }

    /// The keys of theme files in Markdown, for `docs/themes.md`.
    static func markdownKeys() -> String {
        ThemeKey.Section.allCases.map { section in
            let keys = ThemeKey.all.filter { $0.section == section }
            let rows = keys.map { key in
                let name = key.name.contains(".") ? "\"\(key.name)\"" : key.name
                return "| `\(name)` | \(key.words) |"
            }
            return "`[\(section.rawValue)]`\n\n| Key | What it is for |\n|---|---|\n" + rows.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}
