import Dashboard
import TerminalGrid

/// A theme as pictures know it: its looks, and what stands for the terminal's own colours.
///
/// Only themes that come with the program: a file of the trader's would make another picture of the same arguments.
struct PictureTheme {
    /// The theme unless told otherwise.
    static let fallback = ThemeShelf.usual

    private static let shelf = ThemeShelf([])

    /// Names of the themes that pictures can have.
    static var names: [String] { shelf.names }

    /// What is painted.
    let sheet: ThemeSheet
    /// The terminal that goes with it.
    let page: GridSVG.Page

    /// The theme of a name; nil for one that is not known.
    init?(named name: String) {
        guard Self.names.contains(name) else { return nil }
        sheet = Self.shelf.load(name).sheet
        page = sheet.background == .light ? .light : .dark
    }
}
