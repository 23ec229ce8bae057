import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

private func requests(_ outputs: [EngineOutput]) -> [HistoryRequest] {
    outputs.compactMap { if case .loadHistory(let request) = $0 { request } else { nil } }
}

/// Settings that change while the market runs, and what daily bars add.
@Suite
struct SettingsTests {
    private func running() throws -> (EngineFixture, Instant) {
        var fixture = try EngineFixture()
        let start = fixture.at(10, 30)
        let history = try fixture.history(["AAA"], perSlot: 1000)
        _ = fixture.step([.history(history)], start)
        var row = traded("AAA", 20, volume: 78_000, minuteVolume: 0, at: start)
        row.minuteAt = fixture.at(10, 29)
        _ = fixture.step([.snapshot(try snapshot([row]))], start)
        let now = fixture.at(10, 32)
        row = traded("AAA", 20, volume: 79_200, minuteVolume: 100, at: now)
        _ = fixture.step([.snapshot(try snapshot([row]))], now)
        return (fixture, now)
    }

    @Test func everyModeTakesEffectInThePictureOfTheSameStep() throws {
        var (fixture, now) = try running()
        _ = try fixture.ask(ScanQuery(columns: [.rvol, .slotRVOL], rows: 0..<9), now)
        // 1,200 shares in two of the five minutes of a slot of 1,000: three times its pace.
        let expected: [(RVOLSettings.Mode, Double)] = [
            (.regular, 3), (.slot, 79_200 / 79_000), (.interpolated, 79_200 / 78_400), (.regular, 3),
        ]
        for (mode, rvol) in expected {
            var settings = RVOLSettings()
            settings.mode = mode
            let outputs = fixture.core.step([.command(.setRVOL(settings))], now: now)
            let views = outputs.compactMap { if case .publish(let view) = $0 { view } else { nil } }
            let view = try #require(views.first)
            let result = try #require(view.result)
            #expect(outputs.count == 1 && view.status.rvol.mode == mode)
            #expect(abs(result.values[0][0] - rvol) < 1e-12)
            #expect(abs(result.values[1][0] - 3) < 1e-12)
        }
    }

    @Test func inRegularModeTheSlotJustEndedStandsInForHalfAMinute() throws {
        var settings = RVOLSettings()
        settings.mode = .regular
        var fixture = try EngineFixture(settings: settings)
        _ = fixture.step([.history(try fixture.history(["AAA"], perSlot: 1000))], fixture.at(4, 0))
        func poll(
            _ hour: Int,
            _ minute: Int,
            _ second: Int,
            _ volume: Double,
            _ minuteVolume: Double
        ) throws -> ScanResult {
            let now = fixture.at(hour, minute, second)
            let row = traded("AAA", 20, volume: volume, minuteVolume: minuteVolume, at: now)
            _ = fixture.step([.snapshot(try snapshot([row]))], now)
            return try fixture.ask(ScanQuery(columns: [.rvol], rows: 0..<9), now)
        }
        _ = try poll(4, 0, 10, 100, 100)
        _ = try poll(4, 4, 50, 2500, 100)
        let young = try poll(4, 5, 10, 2600, 100)
        #expect(young.values[0] == [2.5] && young.flags[0].contains(.slotJustStarted))
        let old = try poll(4, 5, 45, 2950, 450)
        #expect(abs(old.values[0][0] - 450 / 150.0) < 1e-12 && !old.flags[0].contains(.slotJustStarted))
    }

    @Test func aLookbackOfSixtyDaysCanBeHad() throws {
        var (fixture, now) = try running()
        var settings = RVOLSettings()
        settings.lookbackDays = 60
        var request = try #require(requests(fixture.step([.command(.setRVOL(settings))], now)).first)
        #expect(request.daysPerSymbol == 60 && request.lookbackCandidates.count >= 80 && request.dailyDays.count == 60)
        #expect(request.lookbackCandidates.allSatisfy { ExchangeCalendar().day($0).kind == .full })
        // The numbers in use stay until the answer is there.
        #expect(try fixture.number(.rvol, "AAA", now) == 79_200 / 78_400)
        for (wanted, expected) in [(0, 1), (-5, 1), (9999, 60)] {
            settings.lookbackDays = wanted
            request = requests(fixture.step([.command(.setRVOL(settings))], now)).first ?? request
            #expect(request.daysPerSymbol == expected)
        }
        settings.includesEarlyCloses = true
        let inNovember = try EngineFixture("2026-12-10")
        var core = EngineCore(calendar: ExchangeCalendar(), settings: settings)
        let early = try #require(DayID(iso: "2026-11-27"))
        let all = try #require(requests(core.step([], now: inNovember.at(10, 0))).first)
        #expect(all.lookbackCandidates.contains(early) && all.lookbackCandidates.count == 90)
        settings.includesEarlyCloses = false
        let full = try #require(requests(core.step([.command(.setRVOL(settings))], now: inNovember.at(10, 0))).first)
        #expect(!full.lookbackCandidates.contains(early))
    }

    @Test func whatDailyBarsSayStandsInColumnsUntilTheNextDay() throws {
        var (fixture, now) = try running()
        var load = try fixture.history(["AAA", "BBB"], perSlot: 1000, days: 3)
        load.daily.averageVolume5 = [5, 50]
        load.daily.averageVolume10 = [10, 100]
        load.daily.averageVolume30 = [79_200, 300]
        load.daily.averageDays = [30, 29]
        load.daily.atr14 = [0.5, .nan]
        load.daily.previousHigh = [21, .nan]
        load.daily.previousLow = [19, .nan]
        load.daily.previousClose = [20, .nan]
        load.daily.previousVolume = [4, .nan]
        _ = fixture.step([.history(load)], now)
        let columns: [ColumnID] = [
            .averageVolume5, .averageVolume10, .averageVolume, .averageDays, .atr, .atrPercent, .previousHigh,
            .previousLow, .previousVolume, .baselineDays, .simpleRVOL,
        ]
        for (symbol, expected) in [
            ("AAA", [5, 10, 79_200, 30, 0.5, 2.5, 21, 19, 4, 3, 1]), ("BBB", [50, 100, 300, 29]),
        ] {
            for (column, value) in zip(columns, expected) {
                #expect(try fixture.number(column, symbol, now) == value, "\(symbol) \(column)")
            }
        }
        for column in [ColumnID.atr, .atrPercent, .previousHigh] {
            #expect(try fixture.number(column, "BBB", now).isNaN)
        }
        let result = try fixture.ask(
            ScanQuery(sort: [SortKey(.symbol, descending: false)], columns: [], rows: 0..<9),
            now
        )
        #expect(result.flags.map { $0.contains(.shortAverage) } == [false, true])
        #expect(result.flags.map { $0.contains(.shortBaseline) } == [true, true])
        let tomorrow = fixture.at(28, 0)
        _ = fixture.step([], tomorrow)
        for column in columns {
            let value = try fixture.number(column, "AAA", tomorrow)
            #expect(value.isNaN || (value == 0 && [.averageDays, .baselineDays].contains(column)), "\(column)")
        }
    }

    @Test func aVolumeThatGoesDownKeepsTheHighestAndIsCounted() throws {
        var (fixture, now) = try running()
        func poll(_ seconds: Int64, _ volume: Double) throws -> Int {
            let at = now.adding(seconds: seconds)
            let rows = [
                traded("AAA", 20, volume: volume, minuteVolume: 0, at: at), traded("BBB", 20, volume: 5, at: at),
            ]
            _ = fixture.step([.snapshot(try snapshot(rows))], at)
            #expect(try fixture.status(at).rejections.total == 0)
            return try fixture.status(at).rejections.loweredVolume
        }
        #expect(try poll(5, 70_000) == 1)
        #expect(try fixture.number(.volume, "AAA", now) == 79_200)
        #expect(try poll(10, 79_200) == 0)
        #expect(try poll(15, 79_300) == 0)
        #expect(try fixture.number(.volume, "AAA", now) == 79_300)
    }
}
