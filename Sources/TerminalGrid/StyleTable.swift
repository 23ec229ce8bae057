/// A style's number in the `StyleTable` it was interned in; 0 is the ground that a cleared grid shows.
package struct StyleID: RawRepresentable, Hashable, Sendable {
    /// Index into the table.
    package var rawValue: UInt16

    /// Makes an id from its index.
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The table's ground: `Style.plain` unless a theme brings a ground of its own.
    package static let plain = StyleID(rawValue: 0)
}

/// The styles cells refer to by number.
///
/// An id once given out keeps its meaning for the life of the table: entries are only added, so a grid painted a
/// minute ago still compares and prints right. Interning hashes a style: do it when a theme loads, not per cell.
package struct StyleTable: Sendable {
    /// Most styles a table holds; further ones become `plain`, since a theme with 4,096 looks is a defect, not a need.
    package static let stylesMax = 4_096

    /// Every style by its id, the ground first.
    package private(set) var styles: [Style]
    private var ids: [Style: StyleID]
    private var overlays: [OverlayKey: StyleID] = [:]

    /// Makes a table that knows only the style of cells that nobody painted.
    package init(ground: Style = .plain) {
        styles = [ground]
        ids = [ground: .plain]
    }

    /// The id of a style, new or known.
    package mutating func intern(_ style: Style) -> StyleID {
        if let known = ids[style] { return known }
        guard styles.count < Self.stylesMax else { return .plain }
        let id = StyleID(rawValue: UInt16(styles.count))
        styles.append(style)
        ids[style] = id
        return id
    }

    /// The style of an id; the ground for an id of another table.
    package subscript(id: StyleID) -> Style {
        let index = Int(id.rawValue)
        return index < styles.count ? styles[index] : styles[0]
    }

    /// The id of `base` with `over` laid on top, remembered so that a frame pays one lookup per run of equal cells.
    package mutating func overlay(_ over: StyleID, on base: StyleID) -> StyleID {
        let key = OverlayKey(base: base, over: over)
        if let known = overlays[key] { return known }
        let id = intern(self[base].overlaid(with: self[over]))
        overlays[key] = id
        return id
    }

    private struct OverlayKey: Hashable {
        var base: StyleID
        var over: StyleID
    }
}
