import EngineAPI
import MarketData
import MarketTime
import Testing

@testable import tradeul

@Suite struct RVOLTextTests {
    private static let day = DayID(year: 2026, month: 10, day: 6) ?? DayID(rawValue: 0)

    /// Two lookback days that trade 100 and 300 shares a slot, the older one before a 2:1 split; today 500 a slot.
    private func answer(
        _ mode: RVOLSettings.Mode,
        second: Int = 10 * 3600 + 32 * 60 + 30,
        volume: Double? = 39_250,
        knownSlots: Int = 78
    ) throws -> RVOLAnswer {
        let symbol = try #require(Symbol("TEST.A"))
        var settings = RVOLSettings()
        settings.mode = mode
        var load = HistoryLoad(
            request: HistoryRequest(tradingDay: Self.day, calendar: ExchangeCalendar(), settings: settings)
        )
        load.symbols = [symbol]
        load.days = [2]
        load.sums = (1...192).map { Double($0) * 500 }
        load.daily.symbols = [symbol]
        load.daily.averageVolume30 = [38_400]
        load.daily.averageDays = [2]
        return RVOLAnswer(
            symbol: symbol,
            date: Self.day,
            time: NewYork.instant(Self.day, secondOfDay: second),
            settings: settings,
            volume: volume,
            slots: (0..<192).map { $0 < knownSlots ? Int64($0 + 1) * 500 : SlotRows.unknown },
            load: load,
            lookback: [
                (Self.day.adding(days: -1), (1...192).map { Int64($0) * 100 }, 1, "live"),
                (Self.day.adding(days: -4), (1...192).map { Int64($0) * 200 }, 2, "aggregates"),
            ]
        )
    }

    /// H at 10:32:30 is (78·250 + 0.5·250) = 19,625; at the slot's end 79·250 = 19,750; of the slot so far 125.
    @Test(
        arguments: [
            (RVOLSettings.Mode.interpolated, 19_625.0, 39_250.0 / 19_625), (.slot, 19_750, 39_250.0 / 19_750),
            (.regular, 125, 2.0),
        ]
    )
    func theNumbersOfEachModeAreThoseByHand(mode: RVOLSettings.Mode, baseline: Double, rvol: Double) throws {
        let answer = try answer(mode)
        #expect(answer.slot == 78 && answer.fraction == 0.5)
        #expect(answer.baseline == baseline && answer.rvol == rvol)
        #expect(answer.slotRVOL == 2 && !answer.isPreviousSlot)
        #expect(answer.simpleRVOL == 39_250.0 / 38_400)
        #expect(answer.slotStart == 39_000)
        #expect(answer.lookback.map(\.before) == [7800, 31_200])
        #expect(answer.lookback.map(\.end) == [7900, 31_600])
    }

    @Test func theLineAndItsHeadingAreOneTable() throws {
        let line = RVOLText.line(try answer(.interpolated))
        #expect(line.hasPrefix("TEST.A    2026-10-06  10:32:30    78"))
        #expect(line.contains("39,250") && line.contains("19,625") && line.contains("2.00'"))
        #expect(RVOLText.heading.count == line.count)
    }

    @Test func theExplanationShowsEveryDayWithItsSplitAndTheirMean() throws {
        let text = RVOLText.explanation(try answer(.interpolated)).joined(separator: "\n")
        for part in [
            "TEST.A  2026-10-06  10:32:30 ET  slot 78 (10:30–10:35), elapsed share f = 0.500000", "39,250", "39,000",
            "2026-10-05            7,800", "2026-10-02           31,200", "× 2.0000", "mean of 2", "19,625",
            "39,250 / 19,625 = 2.000000", "interpolated, 2 of 5 days", "39,250 / 38,400",
        ] {
            #expect(text.contains(part), "\(part) is missing in\n\(text)")
        }
    }

    @Test func jsonHasTheNumbersUnroundedAndNullForWhatIsNotKnown() throws {
        let json = RVOLText.json(try answer(.interpolated))
        for part in [
            #""symbol":"TEST.A""#, #""date":"2026-10-06""#, #""at":"10:32:30""#, #""slot":78"#, #""fraction":0.5"#,
            #""cumulative":39250"#, #""baseline":19625"#, #""rvol":2"#, #""mode":"interpolated""#, #""slot_rvol":2"#,
            #""simple_rvol":1.02213"#, #""lookback":[{"date":"2026-10-05","cumulative":7850"#,
        ] {
            #expect(json.contains(part), "\(part) is missing in \(json)")
        }
        let unknown = RVOLText.json(try answer(.interpolated, volume: nil, knownSlots: 0))
        for part in [#""cumulative":null"#, #""rvol":null"#, #""slot_rvol":null"#, #""slot_start":null"#] {
            #expect(unknown.contains(part), "\(part) is missing in \(unknown)")
        }
    }

    @Test func aYoungSlotIsExplainedByTheOneBeforeIt() throws {
        let answer = try answer(.regular, second: 10 * 3600 + 30 * 60 + 10, volume: 39_010)
        #expect(answer.isPreviousSlot && answer.comparedSlot == 77 && answer.slot == 78)
        #expect(answer.lookback.map(\.before) == [7700, 30_800])
        #expect(answer.baseline == 250 && answer.rvol == 2)
        let text = RVOLText.explanation(answer).joined(separator: "\n")
        #expect(text.contains("The slot just ended is compared") && text.contains("500 / 250 = 2.000000"))
    }

    @Test func afterTheLastSlotTheWholeDayCounts() throws {
        let answer = try answer(.interpolated, second: 20 * 3600, volume: 96_000, knownSlots: 192)
        #expect(answer.slot == 191 && answer.fraction == 1)
        #expect(answer.rvol == 2 && answer.baseline == 48_000)
        #expect(answer.isPreviousSlot && answer.slotRVOL == 2)
    }

    @Test func theSlotOfSlotRVOLIsNamedAtBothEndsOfTheDay() throws {
        let evening = RVOLText.explanation(
            try answer(.interpolated, second: 20 * 3600, volume: 96_000, knownSlots: 192)
        )
        #expect(evening.contains("slot RVOL       2.00 ×  of the day's last slot"))
        let morning = RVOLText.explanation(try answer(.interpolated, second: 4 * 3600 + 10, volume: 0, knownSlots: 0))
        #expect(morning.contains("slot RVOL          – ×  this slot is younger than 30 s, and it is the day's first"))
        let young = RVOLText.explanation(
            try answer(.interpolated, second: 10 * 3600 + 30 * 60 + 10, volume: 39_010)
        )
        #expect(young.contains("slot RVOL       2.00 ×  of the slot just ended: this one is younger than 30 s"))
    }

    /// A symbol that trades on few days would never get its days by asking for as many days as are missing.
    @Test func theWayToMoreLookbackDaysReachesAsFarBackAsTheLookback() throws {
        let words = try #require(RVOLText.missingDays(try answer(.interpolated)))
        #expect(words.contains("2 of 5 lookback days") && words.contains("tradeul backfill --days 90 --symbols TEST.A"))
    }
}
