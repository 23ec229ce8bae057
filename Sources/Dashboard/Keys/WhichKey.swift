import MarketTime
import TerminalGrid

extension DashboardState {
    /// Milliseconds without a further key after which the keys that can follow are shown.
    static let continuationsAfterMs = 300

    /// Whether the keys that can follow an unfinished sequence are on the screen.
    var showsContinuations: Bool {
        guard !prefix.isEmpty, let since = prefixSince else { return false }
        return now >= since.adding(milliseconds: Self.continuationsAfterMs, pace: settings.pace)
    }

    /// When the sequence that waits needs a look next; nil when none does.
    var sequenceDue: Instant? {
        guard !prefix.isEmpty, let since = prefixSince else { return nil }
        let shown = since.adding(milliseconds: Self.continuationsAfterMs, pace: settings.pace)
        let ends =
            keymap.sequenceTimeoutMs > 0
            ? since.adding(milliseconds: keymap.sequenceTimeoutMs, pace: settings.pace) : nil
        return [shown, ends].compactMap(\.self).filter { $0 > now }.min()
    }
}

extension Instant {
    /// So many milliseconds later on the trader's own clock, in a market that runs at a pace.
    func adding(milliseconds: Int, pace: Double) -> Instant {
        adding(nanoseconds: Int64(Double(milliseconds) * 1e6 * pace))
    }
}

/// The keys that can follow an unfinished sequence, in a box above the hints.
struct WhichKeyView {
    private let state: DashboardState

    /// The box of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints the box, if it is time for it.
    func paint(above hints: Rect, into grid: inout Grid, _ theme: Theme) {
        guard state.showsContinuations else { return }
        let ascii = grid.glyphs.isASCII
        let found = state.keymap.continuations(of: state.prefix, in: state.keyContext)
        let items = found.map { binding in
            (
                key: KeyName.text(Array(binding.keys.dropFirst(state.prefix.count)), ascii: ascii),
                words: binding.words(in: state.keyContext)
            )
        }
        guard !items.isEmpty else { return }
        let keyWidth = items.map { grid.shownWidth(of: $0.key) }.max() ?? 1
        let cell = min((items.map { grid.shownWidth(of: $0.words) }.max() ?? 0) + keyWidth + 4, hints.width - 4)
        let rowsMax = max(1, min(8, hints.row - 4))
        let columns = max(1, min((items.count + rowsMax - 1) / rowsMax, (hints.width - 4) / max(cell, 1)))
        let rows = min(rowsMax, (items.count + columns - 1) / columns)
        let box = Rect(
            column: hints.column,
            row: hints.row - rows - 2,
            width: min(hints.width, max(columns * cell + 3, 24)),
            height: rows + 2
        )
        guard box.row >= 0, cell > keyWidth + 4 else { return }
        grid.fill(box, style: theme.id(.text))
        let inside = grid.box(
            box,
            title: KeyName.text(state.prefix, ascii: ascii) + " …".shown(ascii: ascii),
            style: theme.id(.borderFocus),
            titleStyle: theme.id(.key)
        )
        for (index, item) in items.prefix(rows * columns).enumerated() {
            let place = Position(column: inside.column + 1 + index / rows * cell, row: inside.row + index % rows)
            grid.put(item.key, at: place, style: theme.id(.key), maxWidth: keyWidth)
            let words = Position(column: place.column + keyWidth + 2, row: place.row)
            grid.put(item.words, at: words, style: theme.id(.text), maxWidth: cell - keyWidth - 3)
        }
    }
}

extension String {
    /// The text with an ellipsis that an ASCII screen has.
    fileprivate func shown(ascii: Bool) -> String { ascii ? " ..." : self }
}

extension KeyBinding {
    /// What it does, in words: the help of its action, or the lines it runs.
    func words(in context: KeyContext) -> String {
        guard case .action(let action)? = target else { return targetText }
        return action.help(in: context)
    }
}

extension Action {
    /// What it does, in a line: in a context, or in the first that knows it.
    func help(in context: KeyContext) -> String {
        if let entry = ActionEntry.of(self, in: context) { return entry.help }
        let others = ActionEntry.all.filter { $0.action == self }
        return others.max { $0.contexts.count < $1.contexts.count }?.help ?? name
    }
}

/// Keys and what they do, as a note in a border: `j/k scroll, Esc closes`.
enum KeyNote {
    /// The note; what has no key is left out.
    static func text(
        _ parts: [(actions: [Action], words: String)],
        _ keymap: Keymap,
        _ context: KeyContext,
        ascii: Bool
    ) -> String {
        parts.compactMap { part in
            let keys = part.actions.compactMap { keymap.name(of: $0, in: context, ascii: ascii) }
            return keys.isEmpty ? nil : keys.joined(separator: "/") + " " + part.words
        }.joined(separator: ", ")
    }
}
