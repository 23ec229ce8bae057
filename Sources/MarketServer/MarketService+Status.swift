import MarketTime
import NIOCore
import Simulator

extension MarketService {
    /// Answers `/v1/marketstatus/now`.
    func statusNow() -> MarketResponse {
        let session = market.calendar.state(at: now).session
        let word =
            switch session {
            case .open: "open"
            case .preMarket, .postMarket: "extended-hours"
            case .closed: "closed"
            }
        let otc = session == .open ? "open" : "closed"
        let weekday = NewYork.wall(at: now).day.weekday
        let currencies = weekday == .saturday || weekday == .sunday ? "closed" : "open"
        json.removeAll()
        json.raw("{\"afterHours\":")
        json.raw(session == .postMarket ? "true" : "false")
        json.text(",\"currencies\":{\"crypto\":\"open\",\"fx\":\"\(currencies)\"},\"earlyHours\":")
        json.raw(session == .preMarket ? "true" : "false")
        json.text(",\"exchanges\":{\"nasdaq\":\"\(word)\",\"nyse\":\"\(word)\",\"otc\":\"\(otc)\"}")
        json.text(",\"indicesGroups\":{\"s_and_p\":\"\(otc)\",\"nasdaq\":\"\(otc)\",\"dow_jones\":\"\(otc)\"}")
        json.text(",\"market\":\"\(word)\",\"serverTime\":\"\(TimeText.eastern(now))\"}")
        return done()
    }

    /// `/v1/marketstatus/upcoming`: the next year's holidays and early closes, one row per exchange.
    func statusUpcoming() -> MarketResponse {
        let today = NewYork.wall(at: now).day
        json.removeAll()
        json.byte(0x5B)
        var isFirst = true
        for ahead in 0..<366 {
            let day = market.calendar.day(today.adding(days: ahead))
            let isWeekend = day.date.weekday == .saturday || day.date.weekday == .sunday
            guard day.kind != .full, !(isWeekend && day.kind == .closed) else { continue }
            // Exchanges come in no fixed order; over-the-counter trading knows no early close.
            var exchanges = ahead % 2 == 0 ? ["NYSE", "NASDAQ"] : ["NASDAQ", "NYSE"]
            if day.kind == .closed { exchanges.append("OTC") }
            for exchange in exchanges {
                if !isFirst { json.byte(0x2C) }
                isFirst = false
                writeUpcoming(day, exchange: exchange)
            }
        }
        json.byte(0x5D)
        return done()
    }

    private func writeUpcoming(_ day: MarketDay, exchange: String) {
        json.text("{\"date\":\"\(day.date.iso)\",\"exchange\":\"\(exchange)\",\"name\":")
        json.string(day.reason)
        guard day.kind == .earlyClose else {
            json.raw(",\"status\":\"closed\"}")
            return
        }
        let open = NewYork.instant(day.date, secondOfDay: Slot.regularOpenSecond)
        let close = NewYork.instant(day.date, secondOfDay: day.closeSecond)
        json.text(
            ",\"status\":\"early-close\",\"open\":\"\(TimeText.utc(open))\",\"close\":\"\(TimeText.utc(close))\"}"
        )
    }
}
