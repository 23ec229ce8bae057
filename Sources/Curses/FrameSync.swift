/// Whether frames are bracketed so that the terminal shows each at once (private mode 2026).
package enum SyncChoice: String, Hashable, Sendable, CaseIterable {
    /// Where the terminal says it can, and is not known to do it badly.
    case auto
    /// Everywhere.
    case on
    /// Nowhere.
    case off
}

/// Finds out whether the terminal shows frames at once when they are bracketed: pure, fed with its replies.
///
/// Version, mode and attributes are asked in one go and nothing waits for the answers. Every terminal tells its
/// attributes, and in order: when that reply comes, an answer on the mode that has not come never will. Environment
/// variables would not do: they do not travel over ssh, and name the wrong side where tmux runs on the trader's own.
struct FrameSync: Hashable {
    /// What begins a frame that is shown at once.
    static let begin = Array("\u{1B}[?2026h".utf8)
    /// What ends it.
    static let end = Array("\u{1B}[?2026l".utf8)
    /// What is asked about frames: the terminal's version and the state of the mode.
    static let question = Array("\u{1B}[>q\u{1B}[?2026$p".utf8)
    /// What is asked last, and answered by every terminal: its attributes.
    static let fence = Array("\u{1B}[c".utf8)
    /// What is asked about the colour behind the text.
    static let backgroundQuestion = Array("\u{1B}]11;?\u{1B}\\".utf8)
    /// Smallest frame that is bracketed, in bytes: smaller ones arrive in one piece anyway.
    static let frameBytesMin = 512

    /// Whether frames are bracketed.
    private(set) var isOn: Bool
    /// Whether the question is to be sent, or was and the fence has not come back.
    private(set) var isAsking: Bool
    /// Whether the terminal's background is light; nil until it has told.
    private(set) var isBackgroundLight: Bool?
    private let choice: SyncChoice
    private let asksBackground: Bool
    private var version = ""
    private var modeState = 0

    /// Decides whether to ask.
    ///
    /// - Parameters:
    ///   - term: Value of TERM; the terminals of the past would show the question instead of answering it.
    ///   - isXtermLike: Whether the terminal's description speaks xterm's language.
    ///   - asksBackground: Whether the colour behind the text is asked for as well.
    init(_ choice: SyncChoice, term: String, isXtermLike: Bool, asksBackground: Bool = false) {
        self.choice = choice
        self.asksBackground = asksBackground
        isOn = choice == .on
        let past = ["dumb", "linux", "ansi"].contains(term) || term.hasPrefix("vt")
        isAsking = (choice == .auto || asksBackground) && isXtermLike && !past
    }

    /// What to send to ask; empty when nothing is asked.
    var questions: [UInt8] {
        guard isAsking else { return [] }
        return (asksBackground ? Self.backgroundQuestion : []) + (choice == .auto ? Self.question : []) + Self.fence
    }

    /// Takes a reply; true when it switched bracketing on.
    mutating func take(_ reply: TerminalReply) -> Bool {
        guard isAsking else { return false }
        switch reply {
        case .version(let text): version = text
        case .mode(2026, let state): modeState = state
        case .mode: break
        case .background(let isLight): if asksBackground { isBackgroundLight = isLight }
        case .attributes:
            isAsking = false
            guard choice == .auto else { return false }
            isOn = (modeState == 1 || modeState == 2) && !Self.isSlow(version)
        }
        return isOn && choice == .auto
    }

    /// Whether this version draws its whole pane anew for each bracketed frame, which costs many times the bytes.
    ///
    /// tmux since it knows the mode, 3.7, up to 3.7d.
    static func isSlow(_ version: String) -> Bool {
        let slow = ["tmux 3.7", "tmux next-3.7"]
        guard let known = slow.first(where: version.hasPrefix) else { return false }
        let rest = version.dropFirst(known.count)
        return rest.isEmpty || rest.hasPrefix("-") || ["a", "b", "c", "d"].contains(rest)
    }
}
