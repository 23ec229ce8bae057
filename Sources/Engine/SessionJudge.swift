import EngineAPI
import MarketTime

/// Which session is in force when the vendor and the exchange calendar may disagree.
///
/// The calendar stands, until the vendor has said something else for longer than sessions and statuses are late anyway.
/// Then the vendor is followed within the date: an unscheduled closure, a holiday or an early close only one side knows.
struct SessionJudge: Sendable {
    /// How long a disagreement must last to be believed, ns of market time: boundaries jitter, and the vendor's word is up
    /// to a minute old when it comes.
    static let patienceNs: Int64 = 90_000_000_000
    /// Age beyond which the vendor's word counts for nothing, ns of market time: it is asked once a minute.
    static let freshNs: Int64 = 150_000_000_000

    /// What the vendor and the calendar say, while the vendor is followed.
    private(set) var conflict: SessionConflict?

    private var vendor: (session: MarketSession, at: Instant)?
    private var disagreement: (since: Instant, date: DayID)?
    /// The last date that is a trading day by the vendor's word alone.
    private var openedByVendor: DayID?

    /// Takes the feed's status as it arrives; one that repeats an old word while polls fail does not make it fresh.
    mutating func hear(_ status: FeedStatus, now: Instant) {
        guard case .live = status.state, let session = status.vendorSession else { return }
        vendor = (session, min(status.vendorSessionAt ?? now, now))
    }

    /// The vendor's word, unless it is stale.
    func vendorSession(at now: Instant) -> MarketSession? {
        guard let vendor, abs(now.nanoseconds(since: vendor.at)) <= Self.freshNs else { return nil }
        return vendor.session
    }

    /// The state to show and to act by.
    mutating func state(at now: Instant, _ calendar: ExchangeCalendar) -> SessionState {
        var state = calendar.state(at: now)
        let (date, second) = NewYork.wall(at: now)
        conflict = nil
        if let vendor = vendorSession(at: now), vendor != state.session {
            let since = disagreement.flatMap { $0.date == date && $0.since <= now ? $0.since : nil } ?? now
            disagreement = (since, date)
            if now.nanoseconds(since: since) > Self.patienceNs {
                conflict = SessionConflict(calendar: state.session, vendor: vendor)
                if vendor != .closed, second >= Slot.dayStartSecond, !calendar.isTradingDay(date) {
                    openedByVendor = date
                }
                Self.follow(vendor, &state, date: date, second: second, calendar)
            }
        } else {
            disagreement = nil
        }
        // A day the vendor opened stays current when it has closed again, until the calendar's next one begins.
        if let opened = openedByVendor, opened > state.tradingDay, opened <= date { state.tradingDay = opened }
        return state
    }

    /// Replaces session and next change by those of the kind of day on which the vendor would be right now.
    private static func follow(
        _ vendor: MarketSession,
        _ state: inout SessionState,
        date: DayID,
        second: Int,
        _ calendar: ExchangeCalendar
    ) {
        state.session = vendor
        for kind in [MarketDay.Kind.full, .earlyClose] {
            let day = MarketDay(date: date, kind: kind, reason: "")
            let boundaries: [(second: Int, session: MarketSession)] = [
                (Slot.dayStartSecond, .preMarket), (Slot.regularOpenSecond, .open),
                (day.closeSecond, .postMarket), (day.postCloseSecond, .closed),
            ]
            guard let current = boundaries.lastIndex(where: { $0.second <= second }), current + 1 < boundaries.count,
                boundaries[current].session == vendor
            else { continue }
            let next = boundaries[current + 1]
            state.nextChange = NewYork.instant(date, secondOfDay: next.second)
            state.nextSession = next.session
            state.isEarlyClose = kind == .earlyClose
            if state.today.kind != kind {
                state.today = MarketDay(date: date, kind: kind, reason: "by the vendor's word")
            }
            return
        }
        if vendor == .closed {
            if state.today.isTradingDay {
                state.today = MarketDay(date: date, kind: .closed, reason: "Closed by the vendor's word")
            }
            let next = calendar.tradingDay(after: date)
            state.nextChange = NewYork.instant(next, secondOfDay: Slot.dayStartSecond)
            state.nextSession = .preMarket
        }
    }
}
