/// How to open a terminal; what comes from the environment is read by the caller.
package struct CursesOptions: Hashable, Sendable {
    /// Which terminal.
    package enum Source: Hashable, Sendable {
        /// The process's own, by `/dev/tty`; standard input and output must be terminals too.
        case controlling
        /// An open descriptor of a terminal; it is duplicated, and its open file becomes non-blocking.
        case descriptor(Int32)
    }

    /// Which terminal.
    package var source: Source
    /// Type of the terminal: the value of TERM.
    package var term: String
    /// Colours asked for.
    package var color: ColorChoice
    /// Value of NO_COLOR.
    package var noColor: String?
    /// The locale's name: the first non-empty of LC_ALL, LC_CTYPE and LANG; nil when none is set.
    ///
    /// None, or a UTF-8 locale that is not installed here (ssh carries names over), counts as C.UTF-8, since terminals
    /// of today are; an explicit other encoding means ASCII.
    package var locale: String?
    /// Draw with ASCII only, whatever the locale can do.
    package var isASCII: Bool
    /// Have the terminal report clicks and the wheel; it then selects no text by itself.
    package var hasMouse: Bool
    /// Whether frames are bracketed so that each is shown at once.
    package var sync: SyncChoice
    /// Whether the terminal is asked for the colour behind its text; see ``CursesTerminal/isBackgroundLight``.
    package var asksBackground: Bool
    /// A descriptor that wakes the event wait, such as a pipe's read end, non-blocking; nil for none.
    ///
    /// What is read from it is thrown away. It stays the caller's and must outlive the terminal.
    package var wakeDescriptor: Int32?

    /// Makes options.
    package init(
        source: Source = .controlling,
        term: String,
        locale: String? = nil,
        color: ColorChoice = .auto,
        noColor: String? = nil,
        isASCII: Bool = false,
        hasMouse: Bool = false,
        sync: SyncChoice = .off,
        asksBackground: Bool = false,
        wakeDescriptor: Int32? = nil
    ) {
        self.source = source
        self.term = term
        self.locale = locale
        self.color = color
        self.noColor = noColor
        self.isASCII = isASCII
        self.hasMouse = hasMouse
        self.sync = sync
        self.asksBackground = asksBackground
        self.wakeDescriptor = wakeDescriptor
    }
}
