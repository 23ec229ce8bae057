import TerminalGrid

/// Everything by name: what is typed, and the highlighted entry.
package struct PaletteState: Hashable, Sendable {
    /// What is typed.
    package var typed = ""
    /// The highlighted entry.
    package var index = 0
}

extension DashboardState {
    /// Opens the palette.
    mutating func openPalette() { layer = .palette(PaletteState()) }

    /// Takes a key of the palette.
    mutating func perform(_ action: Action, on palette: PaletteState) -> [DashboardCommand] {
        if action == .close { layer = .table }
        return []
    }

    /// Takes a letter typed into the palette.
    mutating func type(_ scalar: Unicode.Scalar, into palette: PaletteState) -> [DashboardCommand] { [] }
}

/// The palette, over the screen.
struct PaletteView {
    private let state: DashboardState
    private let palette: PaletteState

    /// The palette of a state.
    init(_ state: DashboardState, _ palette: PaletteState) {
        self.state = state
        self.palette = palette
    }

    /// Paints it.
    func paint(into grid: inout Grid, _ theme: Theme) {}
}
