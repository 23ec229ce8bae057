import TerminalGrid

/// How keys are spelled on the screen.
enum KeyName {
    /// A sequence, without spaces: `gg`, `^D`, `PgDn`.
    static func text(_ sequence: [Key], ascii: Bool) -> String {
        sequence.map { text($0, ascii: ascii) }.joined()
    }

    private static func text(_ key: Key, ascii: Bool) -> String {
        switch key {
        case .character(let scalar): scalar == " " ? "Space" : String(scalar)
        case .control(let scalar): "^" + String(scalar).uppercased()
        case .alt(let scalar): "M-" + String(scalar)
        case .function(let number): "F\(number)"
        case .paste: "Paste"
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "S-Tab"
        case .backspace: "BkSp"
        case .up: ascii ? "Up" : "↑"
        case .down: ascii ? "Down" : "↓"
        case .left: ascii ? "Left" : "←"
        case .right: ascii ? "Right" : "→"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .insert: "Ins"
        case .delete: "Del"
        case .controlLeft: ascii ? "C-Left" : "^←"
        case .controlRight: ascii ? "C-Right" : "^→"
        case .mouse: "Mouse"
        }
    }
}
