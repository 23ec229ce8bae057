import MarketTime

/// How long a span of the day the heatmap shows.
package enum HeatZoom: Int, CaseIterable, Hashable, Sendable {
    /// All 192 slots.
    case day
    /// The session around the cursor.
    case session
    /// The hour around the cursor and the one before.
    case twoHours
    /// The half hour around the cursor and the one before.
    case hour

    /// The next shorter span; nil from the shortest on.
    var closer: Self? { Self(rawValue: rawValue + 1) }
    /// The next longer span; nil for the day.
    var wider: Self? { Self(rawValue: rawValue - 1) }

    /// The slots shown around one: they move by half of their span, so that something of the past always stands here.
    func slots(around slot: Int) -> Range<Int> {
        let slot = min(max(slot, 0), Slot.count - 1)
        switch self {
        case .day: return 0..<Slot.count
        case .session: return Self.session(of: slot)
        case .twoHours: return Self.window(24, around: slot)
        case .hour: return Self.window(12, around: slot)
        }
    }

    /// The slots of the session that a slot belongs to.
    static func session(of slot: Int) -> Range<Int> {
        switch slot {
        case ..<Slot.regularOpen: 0..<Slot.regularOpen
        case ..<Slot.regularClose: Slot.regularOpen..<Slot.regularClose
        default: Slot.regularClose..<Slot.count
        }
    }

    private static func window(_ count: Int, around slot: Int) -> Range<Int> {
        let half = count / 2
        let start = max(0, slot / half * half - half)
        return start..<(start + count)
    }
}
