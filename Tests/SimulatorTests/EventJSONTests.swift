import MarketTime
import Simulator
import Testing

/// Events in the vendor's form.
@Suite struct EventJSONTests {
    private static let market = SimulatedMarket(seed: 7, tickerCount: 1_500, openingDay: openingDay())
    private static let tickers = assorted(market)

    private static let events: [SimulatedEvent] = {
        let from = moment(market.openingDay, 9, 46, 30)
        return collect(source(market, tickers), after: from, through: from.adding(seconds: 45)).map(\.event)
    }()

    private func text(_ event: SimulatedEvent, _ market: SimulatedMarket = EventJSONTests.market) -> String {
        let json = JSONBytes()
        json.event(event, of: market)
        return String(decoding: json.array, as: UTF8.self)
    }

    private func apple() throws -> Int { try #require(Self.market.index(of: "AAPL")) }

    @Test func everyEventIsOneObject() throws {
        for event in Self.events {
            let text = text(event)
            var check = JSONCheck(Array(text.utf8))
            guard check.isOneValue(), text.hasPrefix("{"), text.hasSuffix("}") else {
                Issue.record("\(text)")
                return
            }
        }
        #expect(Set(Self.events.map(\.interest)).count == 5)
    }

    @Test func numbersAreTheEventsOwn() throws {
        for event in Self.events {
            let text = text(event)
            var check = JSONCheck(Array(text.utf8))
            let isValid = check.isOneValue()
            #expect(isValid)
            func number(_ key: String) -> Double? { check.numbers[key]?.first.flatMap(Double.init) }
            let isRight =
                switch event {
                case .trade(_, let trade):
                    number("p") == Double(trade.priceE4) / 10_000
                        && number("s") == Double(trade.sizeMicro / 1_000_000)
                        && number("t") == Double(trade.time.milliseconds)
                        && number("x") == Double(trade.traits.exchange)
                        && check.strings.contains(String(trade.traits.identifier))
                        && (number("trfi") != nil) == (trade.traits.exchange == 4)
                case .quote(_, let quote):
                    number("bp") == Double(quote.bidE4) / 10_000 && number("ap") == Double(quote.askE4) / 10_000
                        && number("bs") == Double(quote.bidSize) && number("as") == Double(quote.askSize)
                        && number("t") == Double(quote.time.milliseconds)
                case .second(_, let bar), .minute(_, let bar):
                    number("o") == Double(bar.bar.price.open) / 10_000
                        && number("c") == Double(bar.bar.price.close) / 10_000
                        && number("h") == Double(bar.bar.price.high) / 10_000
                        && number("l") == Double(bar.bar.price.low) / 10_000
                        && number("v") == Double(bar.bar.volumeMicro / 1_000_000)
                        && number("av") == Double(bar.accumulatedMicro / 1_000_000)
                        && number("s") == Double(bar.bar.startMs)
                        && number("e") == Double(bar.bar.startMs + (bar.seconds == 1 ? 1_000 : 60_000))
                case .band(_, let band):
                    number("h") == Double(band.upperE4) / 10_000 && number("l") == Double(band.lowerE4) / 10_000
                        && check.numbers["t"] == [String(band.time.nanoseconds)]
                        && check.numbers["i"]?.first == String(band.indicator.rawValue)
                }
            guard isRight else {
                Issue.record("\(text) for \(event)")
                return
            }
        }
    }

    @Test func fractionsOfSharesAreNeverLost() throws {
        let fractional = Self.events.filter {
            if case .trade(_, let trade) = $0 { trade.sizeMicro % 1_000_000 != 0 } else { false }
        }
        #expect(!fractional.isEmpty)
        for event in fractional {
            guard case .trade(_, let trade) = event else { continue }
            let digits = String(trade.sizeMicro % 1_000_000 + 1_000_000).dropFirst()
            #expect(text(event).contains("\"ds\":\"\(trade.sizeMicro / 1_000_000).\(digits)\""))
        }
        for event in Self.events {
            guard case .second(_, let bar) = event, bar.accumulatedMicro % 1_000_000 != 0 else { continue }
            let digits = String(bar.accumulatedMicro % 1_000_000 + 1_000_000).dropFirst()
            #expect(text(event).contains("\"dav\":\"\(bar.accumulatedMicro / 1_000_000).\(digits)\""))
        }
    }

    @Test func tradesAndBarsReadAsTheVendorWritesThem() throws {
        let ticker = try apple()
        let events = Self.events.filter { $0.ticker == ticker && $0.interest == .trades }.map { text($0) }
        #expect(events.contains { $0.hasPrefix("{\"ev\":\"T\",\"sym\":\"AAPL\",\"x\":") })
        #expect(events.contains { $0.hasPrefix("{\"sym\":\"AAPL\",\"ev\":\"T\",") })
        #expect(events.contains { $0.contains("\"c\":[37]") } && events.contains { !$0.contains("\"c\":") })
        let halt = try #require(
            Self.events.first { event in
                if case .band(_, let band) = event { band.indicator == .halted } else { false }
            }
        )
        guard case .band(let paused, let band) = halt else { return }
        let tape = try #require(["XNYS": 1, "XNAS": 3][Self.market.listings[paused].exchange])
        #expect(text(halt).hasPrefix("{\"ev\":\"LULD\",\"h\":"))
        #expect(
            text(halt).hasSuffix(
                ",\"i\":[17],\"z\":\(tape),\"T\":\"\(Self.market.listings[paused].ticker)\","
                    + "\"t\":\(band.time.nanoseconds),\"q\":\(band.sequence)}"
            )
        )
    }

    @Test func theOfficialOpenIsZeroOrAbsentBeforeTheOpen() throws {
        let from = moment(Self.market.openingDay, 9, 20)
        let tickers = Array(Self.market.listings.indices.prefix(300))
        let early = collect(source(Self.market, tickers, .seconds), after: from, through: from.adding(seconds: 300))
        let texts = early.map { text($0.event) }
        #expect(texts.contains { $0.contains("\"op\":0,") } && texts.contains { !$0.contains("\"op\":") })
        #expect(texts.allSatisfy { $0.contains("\"op\":0,") || !$0.contains("\"op\":") })
        let bars = Self.events.filter { $0.interest == .seconds }.map { text($0) }
        #expect(bars.allSatisfy { $0.contains("\"op\":") && !$0.contains("\"op\":0,") })
    }

    @Test func conditionsHaveTheirRules() throws {
        let json = JSONBytes()
        ConditionsJSON.writeRows(0..<1_000, into: json)
        let text = String(decoding: json.array, as: UTF8.self)
        var check = JSONCheck(json.array)
        let isValid = check.isOneValue()
        #expect(isValid)
        let ids = try #require(check.numbers["id"]).compactMap { Int($0) }
        #expect(ids.count == ConditionsJSON.count && ids == Set(ids).sorted())
        let used = Self.events.flatMap { event -> [Int] in
            if case .trade(_, let trade) = event { return [trade.traits.conditions.0, trade.traits.conditions.1] }
            return []
        }
        #expect(Set(used + [8, 12, 14, 17, 28, 37]).isSubset(of: ids))
        func rules(_ highLow: Bool, _ last: Bool, _ volume: Bool) -> String {
            "\"update_rules\":{\"consolidated\":{\"updates_high_low\":\(highLow),\"updates_open_close\":\(last),"
                + "\"updates_volume\":\(volume)}"
        }
        for (id, expected) in [
            (0, rules(true, true, true)), (12, rules(false, false, true)), (15, rules(false, false, false)),
            (22, rules(true, false, true)), (38, rules(true, true, false)),
        ] {
            let row = try #require(text.split(separator: "{\"id\":").first { $0.hasPrefix("\(id),") })
            #expect(row.contains(expected), "\(id)")
        }
        json.removeAll()
        ConditionsJSON.writeRows(3..<5, into: json)
        check = JSONCheck(json.array)
        let isPage = check.isOneValue()
        #expect(isPage)
        #expect(check.numbers["id"] == ["3", "4"])
        json.removeAll()
        ConditionsJSON.writeRows(900..<905, into: json)
        #expect(json.array == Array("[]".utf8))
    }
}
