import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite
struct EngineCoreTests {
    @Test func rvolUsesTheVolumeSinceFourAndTheBaselineAtThisMoment() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 32, 30)
        _ = fixture.step([.history(try fixture.history(["AAPL"], perSlot: 1000))], now)
        _ = fixture.step([.snapshot(try snapshot([traded("AAPL", 12, volume: 157_000, at: now)]))], now)
        // 10:32:30 is half way through slot 78: the baseline is 78,500 shares.
        #expect(try fixture.number(.rvol, "AAPL", now) == 2)
        #expect(try fixture.number(.changePercent, "AAPL", now) == 20)
        #expect(try fixture.number(.dollarVolume, "AAPL", now) == 12 * 157_000)
        #expect(abs(try fixture.number(.simpleRVOL, "AAPL", now) - 157.0 / 192) < 1e-12)
        var settings = RVOLSettings()
        settings.mode = .slot
        _ = fixture.step([.command(.setRVOL(settings))], now)
        #expect(try fixture.number(.rvol, "AAPL", now) == 157.0 / 79)
    }

    @Test func rowsOfAnEarlierTradingDayCountAsNotTradedToday() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(9, 0)
        let yesterday = fixture.at(9, 0).adding(seconds: -20 * 3600)
        let stale = Row(
            symbol: "OLD",
            price: 11,
            tradedAt: yesterday,
            volume: 9e6,
            minuteAt: yesterday,
            minuteVolume: 5
        )
        _ = fixture.step([.history(try fixture.history(["OLD"], perSlot: 1000))], now)
        _ = fixture.step([.snapshot(try snapshot([stale]))], now)
        #expect(try fixture.number(.volume, "OLD", now) == 0)
        #expect(try fixture.number(.rvol, "OLD", now) == 0)
        #expect(try fixture.number(.changePercent, "OLD", now).isNaN)
        #expect(try fixture.number(.last, "OLD", now) == 11)
    }

    @Test func aTickerWithoutHistoryHasNoRVOLAndSortsLast() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 30, 5)
        _ = fixture.step([.history(try fixture.history(["AAA", "BBB"], perSlot: 1000))], now)
        let rows = [
            traded("NEWCO", 5, volume: 1e8, at: now), traded("AAA", 5, volume: 10, at: now),
            traded("BBB", 5, volume: 20, at: now),
        ]
        _ = fixture.step([.snapshot(try snapshot(rows))], now)
        for descending in [true, false] {
            let query = ScanQuery(sort: [SortKey(.rvol, descending: descending)], columns: [.rvol], rows: 0..<10)
            let result = try fixture.ask(query, now)
            #expect(result.symbols.map(\.text) == (descending ? ["BBB", "AAA", "NEWCO"] : ["AAA", "BBB", "NEWCO"]))
            #expect(result.values[0][2].isNaN)
        }
    }

    @Test func anEmptyStoreStillShowsEverythingElse() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 30, 5)
        let outputs = fixture.step([.historyUnavailable(tradingDay: fixture.day)], now)
        #expect(outputs.contains { if case .loadHistory = $0 { true } else { false } })
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 12, volume: 10, at: now)]))], now)
        #expect(try fixture.number(.rvol, "AAA", now).isNaN)
        #expect(try fixture.number(.changePercent, "AAA", now) == 20)
        #expect(try fixture.status(now).baseline == .empty)
    }

    @Test func theVendorsResetBeforeFourLeavesTheLastSessionOnTheScreen() throws {
        var fixture = try EngineFixture()
        let evening = fixture.at(19, 0)
        _ = fixture.step([.history(try fixture.history(["AAPL"], perSlot: 1000))], evening)
        _ = fixture.step([.snapshot(try snapshot([traded("AAPL", 12, volume: 180_000, at: evening)]))], evening)
        let reset = fixture.at(27, 35)
        _ = fixture.step([.snapshot(try snapshot([Row(symbol: "AAPL", previousClose: 12)]))], reset)
        #expect(try fixture.number(.volume, "AAPL", reset) == 180_000)
        #expect(try fixture.number(.changePercent, "AAPL", reset) == 20)
        // At 04:00 the new day begins and nothing of the old one is left.
        let morning = fixture.at(28, 0, 1)
        let outputs = fixture.step([], morning)
        #expect(
            outputs.contains {
                if case .loadHistory(let request) = $0 { request.tradingDay > fixture.day } else { false }
            }
        )
        #expect(try fixture.number(.volume, "AAPL", morning).isNaN)
        #expect(try fixture.number(.last, "AAPL", morning).isNaN)
    }

    @Test func afterTheResetAnEngineJustStartedShowsMissingVolumeNotZero() throws {
        var fixture = try EngineFixture()
        let reset = fixture.at(27, 35)
        _ = fixture.step([.history(try fixture.history(["AAPL"], perSlot: 1000))], reset)
        _ = fixture.step([.snapshot(try snapshot([Row(symbol: "AAPL", previousClose: 12)]))], reset)
        #expect(try fixture.number(.volume, "AAPL", reset).isNaN)
        #expect(try fixture.number(.rvol, "AAPL", reset).isNaN)
        #expect(try fixture.number(.last, "AAPL", reset) == 12)
    }

    @Test func aWeekendKeepsFridaysScreenAndRollsOnMonday() throws {
        var fixture = try EngineFixture("2026-10-09")
        let friday = fixture.at(15, 0)
        _ = fixture.step([.snapshot(try snapshot([traded("AAPL", 12, volume: 5000, at: friday)]))], friday)
        let sunday = fixture.at(15 + 48, 0)
        #expect(fixture.step([], sunday).isEmpty)
        #expect(try fixture.number(.volume, "AAPL", sunday) == 5000)
        let monday = fixture.at(72 + 4, 0)
        #expect(!fixture.step([], monday).isEmpty)
        #expect(try fixture.number(.volume, "AAPL", monday).isNaN)
    }

    @Test func aHolidayTheVendorAnnouncesIsNoTradingDay() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(3, 0)
        _ = fixture.step([], now)
        let holiday = MarketDay(date: fixture.day, kind: .closed, reason: "Mourning")
        _ = fixture.step([.calendar(ExchangeCalendar(overrides: [holiday]))], now)
        #expect(fixture.step([], fixture.at(10, 0)).isEmpty)
        #expect(try fixture.status(fixture.at(10, 0)).session.session == .closed)
    }

    @Test func theOpenIsGivenByTheDayBarAndThePriceStandsInBeforeNineThirty() throws {
        var fixture = try EngineFixture()
        let early = fixture.at(8, 0)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 11, volume: 10, at: early)]))], early)
        #expect(abs(try fixture.number(.gapPercent, "AAA", early) - 10) < 1e-9)
        let late = fixture.at(9, 45)
        var row = traded("AAA", 13, volume: 20, at: late)
        row.open = 12
        row.high = 14
        row.low = 11.5
        let notOpened = traded("BBB", 13, volume: 20, at: late)
        _ = fixture.step([.snapshot(try snapshot([row, notOpened]))], late)
        #expect(abs(try fixture.number(.gapPercent, "AAA", late) - 20) < 1e-9)
        #expect(try fixture.number(.gapPercent, "BBB", late).isNaN)
        // The day's range includes the pre-market price seen before: 11 to 14.
        #expect(abs(try fixture.number(.rangePosition, "AAA", late) - 200.0 / 3) < 1e-9)
    }

    @Test func historyThatArrivesLaterIsReadWithoutLosingTheBaselineInUse() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 30)
        _ = fixture.step([.history(try fixture.history(["AAA"], perSlot: 1000, days: 2))], now)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 11, volume: 78_000, at: now)]))], now)
        let outputs = fixture.step([.historyChanged], now)
        #expect(outputs.contains { if case .loadHistory = $0 { true } else { false } })
        #expect(try fixture.number(.rvol, "AAA", now) == 1)
        _ = fixture.step([.history(try fixture.history(["AAA"], perSlot: 500))], now)
        #expect(try fixture.number(.rvol, "AAA", now) == 2)
    }

    @Test func anOlderPriceNeverReplacesANewerOne() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0, 30)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 11, volume: 10, at: now)]))], now)
        var late = traded("AAA", 9, volume: 11, at: fixture.at(9, 59, 0))
        late.minuteAt = fixture.at(9, 59)
        _ = fixture.step([.snapshot(try snapshot([late]))], fixture.at(10, 0, 35))
        #expect(try fixture.number(.last, "AAA", fixture.at(10, 0, 35)) == 11)
        #expect(try fixture.number(.volume, "AAA", fixture.at(10, 0, 35)) == 11)
    }

    @Test func theSameInputsGiveTheSameOutputs() throws {
        func run() throws -> [EngineView] {
            var fixture = try EngineFixture()
            var views: [EngineView] = []
            var random = SeededRandom(seed: 99)
            var inputs: [EngineInput] = [.history(try fixture.history(["AAA", "BBB", "CCC"], perSlot: 100))]
            for second in 0..<200 {
                let now = fixture.at(9, 25).adding(seconds: Int64(second) * 5)
                let rows = ["AAA", "BBB", "CCC", "DDD"].map { symbol in
                    traded(symbol, Double(random.next() % 1000) / 10, volume: Double(second) * 10, at: now)
                }
                inputs.append(.snapshot(try snapshot(rows)))
                inputs.append(.command(.query(ScanQuery(columns: [.rvol, .last], rows: 0..<4, stripSlots: 12))))
                for case .publish(let view) in fixture.core.step(inputs, now: now) { views.append(view) }
                inputs = []
            }
            return views
        }
        let (first, second) = (try run(), try run())
        #expect(first.count == 200)
        #expect(first.map { "\($0)" } == second.map { "\($0)" })
    }

    @Test func absurdNumbersNeitherTrapNorReachTheStore() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 5, 1)
        var row = traded("AAA", 1e300, volume: 1e300, minuteVolume: -5, at: now)
        row.previousClose = 1e-300
        var future = traded("BBB", 1, volume: 5, at: now)
        future.minuteAt = Instant(nanoseconds: .max)
        future.tradedAt = Instant(nanoseconds: .max)
        _ = fixture.step([.snapshot(try snapshot([row, future]))], now)
        let outputs = fixture.step([.snapshot(try snapshot([row, future]))], fixture.at(10, 10, 1))
        for case .persist(let rows) in outputs {
            #expect(rows.cumulative.allSatisfy { $0 <= 1_000_000_000_000_000 })
        }
    }
}
