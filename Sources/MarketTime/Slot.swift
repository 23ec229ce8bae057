/// One of the 192 five-minute intervals `[start, start + 5 min)` of a trading day, from 04:00 ET.
///
/// 0–65 pre-market, 66–143 regular, 144–191 post-market: fixed by the wall clock, also on early-close days.
package struct Slot: RawRepresentable, Hashable, Comparable, Sendable {
    /// Slots in a trading day.
    package static let count = 192
    /// Length of a slot in seconds.
    package static let seconds = 300
    /// Second of the day (ET) at which slot 0 starts: 04:00.
    package static let dayStartSecond = 4 * 3600
    /// Second of the day (ET) at which slot 191 ends: 20:00.
    package static let dayEndSecond = 20 * 3600
    /// The slot that starts with the regular session at 09:30.
    package static let regularOpen = 66
    /// The slot that starts with the post-market session at 16:00.
    package static let regularClose = 144

    /// 0…191.
    package var rawValue: Int

    /// A slot from its number; nil outside 0…191.
    package init?(rawValue: Int) {
        guard (0..<Self.count).contains(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// The slot that contains a second of the day (ET); nil before 04:00 and from 20:00 on.
    package init?(secondOfDay: Int) {
        guard secondOfDay >= Self.dayStartSecond else { return nil }
        self.init(rawValue: (secondOfDay - Self.dayStartSecond) / Self.seconds)
    }

    /// Second of the day (ET) at which the slot starts.
    package var startSecond: Int { Self.dayStartSecond + rawValue * Self.seconds }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// How far a trading day has come: so many slots complete, and a share of the next one elapsed.
package struct DayProgress: Hashable, Sendable {
    /// Slots that have ended, 0…192.
    ///
    /// Below 192 this is also the number of the slot in progress.
    package var completedSlots: Int
    /// Elapsed share of the slot in progress, 0 ≤ fraction < 1; 0 when none is in progress.
    package var fraction: Double

    /// A point in a trading day; `fraction` is cleared once all slots have ended.
    package init(completedSlots: Int, fraction: Double) {
        self.completedSlots = min(max(completedSlots, 0), Slot.count)
        self.fraction = self.completedSlots == Slot.count ? 0 : min(max(fraction, 0), 1.0.nextDown)
    }

    /// The progress of trading day `day` at a moment: nothing before 04:00 ET, everything from 20:00 ET on.
    package init(of day: DayID, at instant: Instant) {
        let start = NewYork.instant(day, secondOfDay: Slot.dayStartSecond)
        let elapsed = instant.nanoseconds(since: start)
        guard elapsed > 0 else {
            self.init(completedSlots: 0, fraction: 0)
            return
        }
        let slotLength = Int64(Slot.seconds) * 1_000_000_000
        let whole = elapsed / slotLength
        self.init(
            completedSlots: Int(clamping: whole),
            fraction: Double(elapsed - whole * slotLength) / Double(slotLength)
        )
    }

    /// The slot in progress; nil once the day's 192 slots have ended.
    package var slot: Slot? { Slot(rawValue: completedSlots) }
}
