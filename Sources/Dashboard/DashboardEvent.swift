package import EngineAPI
package import MarketData
package import MarketTime
package import TerminalGrid

/// What happened, as the reducer hears it; a session is a list of these and can be played again.
package enum DashboardEvent: Hashable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// The terminal has this size now.
    case resize(Size)
    /// The engine published a picture.
    case view(EngineView)
    /// The market's clock shows this; sent at least at every `DashboardModel.nextTick`.
    case tick(Instant)
    /// Something the trader should read that the engine does not know about.
    case notice(Notice)
    /// The lists have been read, or read again.
    case names(ScanNames)
    /// The answer to ``DashboardCommand/recall(list:at:)``.
    case recalled(RecalledList)
    /// The answer to ``DashboardCommand/study(_:)``.
    case studied(TickerStudy)
    /// The answer to ``DashboardCommand/pastSlots(_:)``.
    case pastSlots(PastSlots)
    /// What an earlier run kept: texts by key, read once at the start.
    case kept([String: String])
    /// Other keys are in force.
    case keymap(Keymap)
    /// Another theme is painted with from now on.
    case theme(ThemeSheet)
    /// How the terminal takes frames.
    case terminal(TerminalFigures)
    /// The screen's contents were lost, by suspension or by another program.
    case repaint
}

/// What the reducer wants done; the loop carries it out.
package enum DashboardCommand: Hashable, Sendable {
    /// Send this to the engine.
    case send(EngineCommand)
    /// Write a list into the trader's file; what comes of it is told by a notice, and by ``DashboardEvent/names(_:)``.
    case save(ScanDefinition)
    /// Write a filter into the trader's file as the preset `$name`; answered like ``save(_:)``.
    case savePreset(name: String, text: String)
    /// Put a ticker on the trader's list of symbols named `watch`, or take it off.
    case watch(Symbol, isAdded: Bool)
    /// Look up who was on a list at a moment.
    case recall(list: String, at: Instant)
    /// Look up a ticker's past days and its ranks an hour ago.
    case study(Symbol)
    /// Read slots of past days.
    case pastSlots(PastSlotQuery)
    /// Keep a text under a key for the next run; nil forgets it.
    case keep(String, String?)
    /// Put a text on the clipboard of the trader's own terminal.
    case copy(String)
    /// Take another theme into use.
    case theme(String)
    /// End the program.
    case quit
    /// Restore the terminal, stop the process, and send `.repaint` when it continues.
    case suspend
    /// Have the backend forget what is on the screen, so that the next frame is sent whole.
    case redraw
    /// Ring the bell: the key had nothing to act on.
    case bell
}

/// A message from the composition: a setting that was not understood, a log that cannot be written.
package struct Notice: Hashable, Sendable {
    /// How bad it is.
    package enum Level: Int, Hashable, Comparable, Sendable {
        /// Worth knowing.
        case info
        /// Something is left out or guessed.
        case warning
        /// Something does not work.
        case error

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// How bad it is.
    package var level: Level
    /// One sentence: what, where, what to do.
    ///
    /// Untrusted; shown without its control characters.
    package var text: String

    /// A message.
    package init(_ level: Level, _ text: String) {
        self.level = level
        self.text = text
    }
}
