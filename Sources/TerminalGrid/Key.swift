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
    /// Something done with the mouse.
    case mouse(MouseEvent)
}

/// What the mouse did, and where.
package struct MouseEvent: Hashable, Sendable {
    /// What it did.
    package enum Kind: Hashable, Sendable {
        /// The left button went down.
        case press
        /// The wheel turned away from the hand.
        case wheelUp
        /// The wheel turned towards the hand.
        case wheelDown
    }

    /// What it did.
    package var kind: Kind
    /// The cell under the pointer, from 0.
    package var position: Position

    /// An event.
    package init(_ kind: Kind, at position: Position) {
        self.kind = kind
        self.position = position
    }
}
