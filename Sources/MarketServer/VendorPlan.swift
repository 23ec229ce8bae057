import MarketTime
import Simulator

/// What an account may see.
package enum VendorPlan: String, CaseIterable, Hashable, Sendable {
    /// Everything, as it happens.
    case advanced
    /// Everything 15 minutes late; the WebSocket has trades and bars only.
    case delayed
    /// The free plan: bars of days that are over and at most two years old, no snapshots, no WebSocket.
    case free

    /// What the plan's WebSocket has; nothing when it has none.
    var streamTopics: StreamInterest {
        switch self {
        case .advanced: .all
        case .delayed: [.trades, .seconds, .minutes]
        case .free: []
        }
    }

    /// How late market data are, in ns.
    var delayNs: Int64 { self == .delayed ? 900_000_000_000 : 0 }
}

/// What a plan leaves out.
struct PlanLimits {
    /// Days back that the plan's history reaches.
    private let historyDays = 2 * 365

    /// The limits of a plan; nil if it has none.
    init?(_ plan: VendorPlan) {
        guard plan == .free else { return nil }
    }

    /// Refuses a range that begins too long ago, or that reaches into a day that is not over.
    func check(fromMs: Int64, toMs: Int64, now: Instant, market: SimulatedMarket) throws(VendorError) {
        let first = NewYork.wall(at: Instant(milliseconds: fromMs)).day
        let today = NewYork.wall(at: now).day
        guard first >= today.adding(days: -historyDays) else { throw .notInTimeframe }
        let midnight = NewYork.instant(today, secondOfDay: 0).milliseconds
        if toMs >= midnight, !isOver(today, now: now, market: market) { throw .notBeforeEndOfDay }
    }

    /// Refuses a day that is too long ago or not over.
    func check(_ day: DayID, now: Instant, market: SimulatedMarket) throws(VendorError) {
        let midnight = NewYork.instant(day, secondOfDay: 0).milliseconds
        try check(fromMs: midnight, toMs: midnight, now: now, market: market)
    }

    /// Refuses every snapshot.
    func refuseSnapshot() throws(VendorError) { throw .notEntitled }

    private func isOver(_ today: DayID, now: Instant, market: SimulatedMarket) -> Bool {
        !market.calendar.isTradingDay(today) || now >= NewYork.instant(today, secondOfDay: Slot.dayEndSecond)
    }
}
