/// What a date is to the exchanges (NYSE and Nasdaq share their calendar).
///
/// Times are seconds of the day in New York. On closed days they mean nothing.
package struct MarketDay: Hashable, Sendable {
    /// Trading or not, and until when.
    package enum Kind: Hashable, Sendable {
        /// Regular session until 16:00 ET; from 09:30 ET unless the day opened late.
        case full
        /// Regular session until 13:00 ET as a rule, post-market for four hours more.
        case earlyClose
        /// No trading.
        case closed
    }

    /// The date.
    package let date: DayID
    /// Trading or not.
    package let kind: Kind
    /// Why the day is not an ordinary one ("Weekend", "Thanksgiving"); empty on ordinary days.
    package let reason: String
    /// When the regular session begins: 09:30 unless the exchanges opened late.
    package let openSecond: Int
    /// When the regular session ends: 16:00, on early closes 13:00 unless another time is known.
    package let closeSecond: Int
    /// When the post-market session ends: 20:00, on early closes four hours after the close.
    package let postCloseSecond: Int

    /// A day of the calendar; times that are not given are those of its kind.
    ///
    /// Times that are not in order (04:00 ≤ open < close ≤ end of post-market ≤ 20:00) are all replaced by those of
    /// the kind: a day whose sessions overlap would move the trader's screen back and forth.
    package init(
        date: DayID,
        kind: Kind,
        reason: String,
        openSecond: Int? = nil,
        closeSecond: Int? = nil,
        postCloseSecond: Int? = nil
    ) {
        self.date = date
        self.kind = kind
        self.reason = reason
        let ordinaryClose = kind == .earlyClose ? Self.earlyCloseSecond : Self.regularCloseSecond
        let open = openSecond ?? Slot.regularOpenSecond
        let close = closeSecond ?? ordinaryClose
        let end = postCloseSecond ?? Self.postClose(kind, closeSecond: close)
        let isInOrder = open >= Slot.dayStartSecond && open < close && close <= end && end <= Slot.dayEndSecond
        self.openSecond = isInOrder ? open : Slot.regularOpenSecond
        self.closeSecond = isInOrder ? close : ordinaryClose
        self.postCloseSecond = isInOrder ? end : Self.postClose(kind, closeSecond: ordinaryClose)
    }

    /// A row of the vendor's calendar of irregular days (`/v1/marketstatus/upcoming`: `date`, `status`, `open`,
    /// `close`, `name`).
    ///
    /// The vendor's times are instants in UTC; what New York's clock shows at them counts. A time of another date, an
    /// opening outside 04:00–16:00 or a close that is not after the opening and before 16:00 is nonsense, and the
    /// ordinary time of an early close stands in its place. A weekend stays closed whatever the row says: the
    /// exchanges have not traded on one since 1952, and a date that is off by one must not open it.
    package init(vendorDate date: DayID, isClosed: Bool, open: Instant?, close: Instant?, name: String) {
        guard !date.isWeekend else {
            self.init(date: date, kind: .closed, reason: Self.weekendReason)
            return
        }
        guard !isClosed else {
            self.init(date: date, kind: .closed, reason: name.isEmpty ? "Holiday" : name)
            return
        }
        func second(_ instant: Instant?, in allowed: Range<Int>) -> Int? {
            guard let instant else { return nil }
            let wall = NewYork.wall(at: instant)
            return wall.day == date && allowed.contains(wall.secondOfDay) ? wall.secondOfDay : nil
        }
        let opens = second(open, in: Slot.dayStartSecond..<Self.regularCloseSecond) ?? Slot.regularOpenSecond
        let closes = second(close, in: (opens + 1)..<Self.regularCloseSecond)
        self.init(
            date: date,
            kind: .earlyClose,
            reason: name.isEmpty ? "Early close" : name,
            openSecond: opens,
            closeSecond: closes
        )
    }

    /// Whether the exchanges open at all.
    package var isTradingDay: Bool { kind != .closed }

    /// Minutes from 04:00 ET to the end of the post-market session: 960 on full days, 780 on usual early closes, else
    /// 0.
    package var tradingMinutes: Int { isTradingDay ? (postCloseSecond - Slot.dayStartSecond) / 60 : 0 }

    /// Whether the regular session has other hours than 09:30–16:00 ET, or none.
    package var isIrregular: Bool {
        kind != .full || openSecond != Slot.regularOpenSecond || closeSecond != Self.regularCloseSecond
    }

    /// Second of the day (ET) at which the regular session of a full day ends: 16:00.
    package static let regularCloseSecond = 16 * 3600
    /// Second of the day (ET) at which the regular session of an early close ends unless another time is known:
    /// 13:00.
    package static let earlyCloseSecond = 13 * 3600
    /// Why Saturdays and Sundays are closed.
    static let weekendReason = "Weekend"

    private static func postClose(_ kind: Kind, closeSecond: Int) -> Int {
        kind == .earlyClose ? min(closeSecond + 4 * 3600, Slot.dayEndSecond) : Slot.dayEndSecond
    }
}
