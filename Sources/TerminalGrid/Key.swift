/// One key press, or one piece of pasted text, as the terminal told it.
///
/// `control("i")` and `control("m")` never occur: terminals send Tab and Enter for them. `control("h")` may be
/// Backspace on old terminals and is reported as such.
package enum Key: Hashable, Sendable {
    /// A printable character.
    case character(Unicode.Scalar)
    /// A letter (lower case) or one of `@[\]^_ ` held with control.
    case control(Unicode.Scalar)
    /// A character held with alt, which terminals send as escape and the character.
    case alt(Unicode.Scalar)
    /// F1…F24.
    case function(Int)
    /// Text pasted in one go, at most 64 KiB of it; it is not typed and must not trigger key bindings.
    case paste(String)
    /// Enter or Return.
    case enter
    /// Escape alone.
    case escape
    /// Tab.
    case tab
    /// Tab held with shift.
    case backTab
    /// Deletes to the left.
    case backspace
    /// Cursor up.
    case up
    /// Cursor down.
    case down
    /// Cursor left.
    case left
    /// Cursor right.
    case right
    /// To the beginning.
    case home
    /// To the end.
    case end
    /// One page up.
    case pageUp
    /// One page down.
    case pageDown
    /// Insert.
    case insert
    /// Deletes under the cursor.
    case delete
    /// Cursor left held with control, by words.
    case controlLeft
    /// Cursor right held with control, by words.
    case controlRight
}
