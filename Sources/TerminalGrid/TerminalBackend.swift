/// What reaches the dashboard's loop from the terminal.
package enum TerminalEvent: Hashable, Sendable {
    /// A key press or a paste.
    case key(Key)
    /// The terminal has another size now; resize the grid and paint.
    case resize(Size)
    /// The screen's contents are lost (after a suspension, or on request) or a frame was held back; paint again.
    case repaint
    /// The terminal has taken everything that was sent to it and had not been at once.
    case drained
    /// The wake descriptor given by the owner is readable.
    case wake
    /// The terminal is gone: write nothing more, save and end.
    case hangup
    /// A signal asks to end; the value is its number. Save, restore the terminal and end.
    case terminate(Int32)
}

/// What became of a frame.
package enum PresentResult: Hashable, Sendable {
    /// Sent; the value is the number of bytes, 0 when nothing changed.
    case sent(Int)
    /// Not sent, because the terminal has not taken the frame before or is just changing its size.
    ///
    /// `TerminalEvent.repaint` or `.resize` comes when it may be.
    case heldBack
}

/// The screen and the keyboard, as the dashboard's loop sees them: curses in the program, a list of events in a test.
///
/// Used from one thread. An implementation sends what changed since the frame before.
package protocol TerminalBackend: AnyObject {
    /// Columns and rows the terminal has now.
    var size: Size { get }
    /// Colours it shows; styles are degraded to it on the way out.
    var colorDepth: ColorDepth { get }
    /// The characters it shows; grids presented should be made with it.
    var glyphs: GlyphSet { get }

    /// Whether it has not taken everything that was sent to it; while so, frames are held back.
    var hasPendingOutput: Bool { get }

    /// Shows a grid; a grid of another size than the terminal is cut or padded with spaces.
    ///
    /// - Parameters:
    ///   - grid: What to show.
    ///   - styles: The table the grid was painted with.
    ///   - cursor: Where the visible cursor stands; nil hides it.
    func present(_ grid: Grid, styles: StyleTable, cursor: Position?) throws -> PresentResult

    /// Waits until something happens and returns it, at most 256 events in order; empty after the time-out.
    ///
    /// - Parameter timeoutMilliseconds: Longest wait, ≥ 0; nil waits without an end.
    func waitForEvents(timeoutMilliseconds: Int?) throws -> [TerminalEvent]

    /// Forgets what is on the screen: the next frame is sent whole (after garbage from another program).
    func invalidate()

    /// Rings the bell.
    func bell()
}
