/// A style's number in the `StyleTable` it was interned in; 0 is `Style.plain` in every table.
package struct StyleID: RawRepresentable, Hashable, Sendable {
    /// Index into the table.
    package var rawValue: UInt16

    /// Makes an id from its index.
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `Style.plain`.
    package static let plain = StyleID(rawValue: 0)
}

/// The styles cells refer to by number.
///
/// An id once given out keeps its meaning for the life of the table: entries are only added, so a grid painted a
/// minute ago still compares and prints right. Interning hashes a style: do it when a theme loads, not per cell.
package struct StyleTable: Sendable {
    /// Most styles a table holds; further ones become `plain`, since a theme with 4,096 looks is a defect, not a need.
    package static let stylesMax = 4_096

    /// Every style by its id, `plain` first.
    package private(set) var styles: [Style] = [.plain]
    private var ids: [Style: StyleID] = [.plain: .plain]
    private var overlays: [OverlayKey: StyleID] = [:]

    /// Makes a table that knows only `plain`.
    package init() {}

    /// The id of a style, new or known.
    package mutating func intern(_ style: Style) -> StyleID {
        if let known = ids[style] { return known }
        guard styles.count < Self.stylesMax else { return .plain }
        let id = StyleID(rawValue: UInt16(styles.count))
        styles.append(style)
        ids[style] = id
        return id
    }

    /// The style of an id; `plain` for an id of another table.
    package subscript(id: StyleID) -> Style {
        let index = Int(id.rawValue)
        return index < styles.count ? styles[index] : .plain
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
