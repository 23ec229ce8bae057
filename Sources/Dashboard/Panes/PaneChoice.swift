/// A part of the screen with a frame of its own.
package enum Pane: String, CaseIterable, Hashable, Sendable {
    /// The ranked tickers.
    case table
    /// Relative volume by slot and ticker.
    case heat
    /// One ticker: its figures, slots, lists and days.
    case detail
    /// The tape of the selected ticker, or of the one it is pinned to.
    case tape
    /// A second tape: of the short list, or of another ticker.
    case tape2
    /// Why tickers came and went.
    case why
}

/// Which panes are wanted, which one takes the keys, and how large they are.
///
/// The table is always there. What has no room on a screen of some size is not shown and stays wanted.
package struct PaneChoice: Hashable, Sendable {
    /// Widest change of the side's width and of the bottom's height, steps either way.
    static let stepsMax = 12

    /// Wanted besides the table, in the order in which they were opened.
    package internal(set) var open: [Pane]
    /// Takes the keys; the table unless it is open.
    package internal(set) var focus = Pane.table
    /// Whether the pane that takes the keys has the whole body.
    package internal(set) var isZoomed = false
    /// Steps by which the side is wider than usual.
    package internal(set) var sideSteps = 0
    /// Steps by which the bottom is higher than usual.
    package internal(set) var bottomSteps = 0

    /// A choice of panes.
    package init(open: [Pane] = [.heat, .detail]) {
        self.open = []
        for pane in open where pane != .table && !self.open.contains(pane) { self.open.append(pane) }
    }

    /// Whether a pane is wanted.
    package func isOpen(_ pane: Pane) -> Bool { pane == .table || open.contains(pane) }

    /// All that are wanted, in the order of the focus ring.
    var ring: [Pane] { Pane.allCases.filter(isOpen) }

    /// Opens a pane and gives it the keys.
    mutating func show(_ pane: Pane) {
        if pane != .table {
            open.removeAll { $0 == pane }
            open.append(pane)
        }
        if focus != pane { isZoomed = false }
        focus = pane
    }

    /// Opens a pane and leaves the keys where they are.
    mutating func add(_ pane: Pane) {
        guard pane != .table else { return }
        open.removeAll { $0 == pane }
        open.append(pane)
    }

    /// Closes a pane; its keys go to the table.
    mutating func close(_ pane: Pane) {
        open.removeAll { $0 == pane }
        guard focus == pane else { return }
        (focus, isZoomed) = (.table, false)
    }

    /// Gives the keys to the next pane of the ring, or to the one before.
    mutating func step(by step: Int) {
        let ring = ring
        guard let index = ring.firstIndex(of: focus) else { return }
        focus = ring[(index + step % ring.count + ring.count) % ring.count]
    }
}

extension PaneChoice {
    /// As one line of text: `open=heat,detail focus=table zoom=off side=0 bottom=0`.
    package var text: String {
        let names = open.map(\.rawValue).joined(separator: ",")
        let zoom = isZoomed ? "on" : "off"
        return "open=\(names) focus=\(focus.rawValue) zoom=\(zoom) side=\(sideSteps) bottom=\(bottomSteps)"
    }

    /// Reads what ``text`` writes; words that mean nothing are left out, for another version may have written them.
    package init(text: String) {
        self.init(open: [])
        var wantedFocus = Pane.table
        for word in text.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let value = String(parts[1])
            switch parts[0] {
            case "open":
                self = PaneChoice(open: value.split(separator: ",").compactMap { Pane(rawValue: String($0)) })
            case "focus": wantedFocus = Pane(rawValue: value) ?? .table
            case "zoom": isZoomed = value == "on"
            case "side": sideSteps = Self.steps(value)
            case "bottom": bottomSteps = Self.steps(value)
            default: break
            }
        }
        if isOpen(wantedFocus) { focus = wantedFocus }
    }

    private static func steps(_ text: String) -> Int { min(max(Int(text) ?? 0, -stepsMax), stepsMax) }
}
