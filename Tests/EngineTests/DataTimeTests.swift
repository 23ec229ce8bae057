import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

private func persisted(_ outputs: [EngineOutput]) -> [SlotRows] {
    outputs.compactMap { if case .persist(let rows) = $0 { rows } else { nil } }
}

/// What time a snapshot speaks of, when clock, vendor and ticker disagree.
@Suite
struct DataTimeTests {
    @Test(arguments: [4, 14])
    func anEventAheadOfTheClockEndsNoSlotEarly(_ seconds: Int64) throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 29, 50)
        var ahead = traded("BAD", 11, volume: 5, at: now)
        ahead.tradedAt = now.adding(seconds: 10 + seconds)
        let rows = [traded("AAA", 11, volume: 500, at: now), ahead]
        #expect(persisted(fixture.step([.snapshot(try snapshot(rows))], now)).allSatisfy { $0.slotCount <= 77 })
        #expect(try fixture.status(now).snapshotDataTime == now)
    }

    @Test func delayedDataIsComparedWithItsOwnTimeAndEndsNoSlotItDoesNotCover() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 45, 10)
        let dataTime = fixture.at(10, 30)
        _ = fixture.step([.history(try fixture.history(["AAA"], perSlot: 500))], now)
        let batch = try snapshot([traded("AAA", 11, volume: 78_000, at: dataTime)])
        let outputs = fixture.step([.snapshot(batch)], now)
        #expect(persisted(outputs).allSatisfy { $0.slotCount <= 78 })
        #expect(try fixture.number(.rvol, "AAA", now) == 2)
        #expect(try fixture.status(now).snapshotDataTime == dataTime)
    }

    @Test func aDelayedFeedEndsTheDayWhenItsDataDoes() throws {
        var fixture = try EngineFixture()
        let delay: Int64 = 900
        var written: [SlotRows] = []
        for second in stride(from: 0, through: 3600, by: 60) {
            let now = fixture.at(19, 30).adding(seconds: Int64(second))
            let dataTime = min(now.adding(seconds: -delay), fixture.at(19, 59, 50))
            let batch = try snapshot([traded("AAA", 11, volume: Double(dataTime.seconds % 86_400), at: dataTime)])
            let rows = persisted(fixture.step([.snapshot(batch)], now))
            if now < fixture.at(20, 15) { #expect(rows.allSatisfy { $0.slotCount < 192 }) }
            written += rows
        }
        let last = try #require(written.last)
        #expect(last.slotCount == 192)
        #expect(last.cumulative.last == fixture.at(19, 59, 50).seconds % 86_400)
    }

    @Test func howLateTheDataAreIsLearnedAnewEachDay() throws {
        var fixture = try EngineFixture()
        let evening = fixture.at(19, 59, 58)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 11, volume: 10, at: evening)]))], evening)
        // The next day the data come a quarter of an hour late.
        for (now, data) in [(fixture.at(43, 59), fixture.at(43, 44)), (fixture.at(44, 1), fixture.at(43, 46))] {
            let rows = persisted(
                fixture.step([.snapshot(try snapshot([traded("AAA", 11, volume: 10, at: data)]))], now)
            )
            #expect(rows.allSatisfy { $0.slotCount < 192 })
        }
    }

    @Test func aClockAheadOfTheMarketEndsNoSlotUnlessTheVendorSaysThatItIsClosed() throws {
        for vendor in [MarketSession?.none, .open, .closed] {
            var fixture = try EngineFixture()
            let data = fixture.at(12, 0, 1)
            _ = fixture.step([.snapshot(try snapshot([traded("AAA", 11, volume: 10, at: data)]))], data)
            var feed = FeedStatus(state: .live)
            feed.vendorSession = vendor
            let batch = try snapshot([traded("AAA", 11, volume: 10, at: data.adding(seconds: 5))])
            let rows = persisted(fixture.step([.feed(feed), .snapshot(batch)], fixture.at(20, 30)))
            #expect(rows.contains { $0.slotCount == 192 } == (vendor == .closed), "\(vendor?.rawValue ?? "silent")")
        }
    }

    @Test func aRealTimeFeedEndsTheDayWithinAMinuteOfItsEnd() throws {
        var fixture = try EngineFixture()
        for (now, data) in [
            (fixture.at(19, 59, 55), fixture.at(19, 59, 54)), (fixture.at(20, 0, 40), fixture.at(19, 59, 58)),
        ] {
            _ = fixture.step([.snapshot(try snapshot([traded("AAA", 11, volume: 10, at: data)]))], now)
        }
        #expect(persisted(fixture.core.finish()).isEmpty)
        #expect(
            try fixture.ask(ScanQuery(columns: [], rows: 0..<1, stripSlots: 1), fixture.at(20, 0, 40)).strips.count == 1
        )
    }

    @Test func anOlderSnapshotAfterANewerOneDoesNotTurnTheDayBack() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 30)
        _ = fixture.step([.history(try fixture.history(["AAA"], perSlot: 500))], now)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 11, volume: 78_000, at: now)]))], now)
        let older = fixture.at(10, 20)
        let later = now.adding(seconds: 5)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 10, volume: 70_000, at: older)]))], later)
        #expect(try fixture.number(.rvol, "AAA", later) == 2)
        #expect(try fixture.number(.last, "AAA", later) == 11)
    }

    @Test func aClockWeeksBehindWritesNothingOfTodayUnderThatDay() throws {
        var fixture = try EngineFixture()
        let wrong = fixture.at(10, 30).adding(seconds: -28 * 86_400)
        let now = fixture.at(10, 30)
        let batch = try snapshot([traded("AAA", 11, volume: 100, minuteVolume: 100, at: now)])
        _ = fixture.step([.snapshot(batch)], wrong)
        #expect(try fixture.number(.volume, "AAA", wrong).isNaN)
        #expect(persisted(fixture.core.finish()).isEmpty)
        #expect(persisted(fixture.step([.snapshot(batch)], now)).allSatisfy { $0.day == fixture.day })
        #expect(try fixture.number(.volume, "AAA", now) == 100)
    }

    @Test func oneTradeStampedTooLateDoesNotFreezeThePrice() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 30)
        var ahead = traded("AAA", 11, volume: 5, at: now)
        ahead.tradedAt = fixture.at(18, 0)
        _ = fixture.step([.snapshot(try snapshot([ahead]))], now)
        let later = now.adding(seconds: 60)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 12, volume: 6, at: later)]))], later)
        #expect(try fixture.number(.last, "AAA", later) == 12)
    }

    @Test func fractionsOfSharesDoNotMakeASlotUnknown() throws {
        var fixture = try EngineFixture()
        var row = traded("AAA", 11, volume: 999.8, minuteVolume: 0.8, at: fixture.at(10, 29, 50))
        _ = fixture.step([.snapshot(try snapshot([row]))], fixture.at(10, 29, 50))
        // The first poll after the boundary comes in the slot's second minute; nothing traded before that minute.
        row = traded("AAA", 11, volume: 1010.2, minuteVolume: 10.4, at: fixture.at(10, 31, 5))
        let outputs = fixture.step([.snapshot(try snapshot([row]))], fixture.at(10, 31, 5))
        #expect(persisted(outputs).last?.cumulative.last == 999)
    }

    @Test func slotsDecidedAfterTheWriteAreWrittenAtTheEnd() throws {
        for endsByRoll in [false, true] {
            var fixture = try EngineFixture()
            let evening = fixture.at(19, 59, 58)
            let both = [traded("AAA", 11, volume: 10, at: evening), traded("BBB", 11, volume: 20, at: evening)]
            _ = fixture.step([.snapshot(try snapshot(both))], evening)
            _ = fixture.step([.snapshot(try snapshot([both[0]]))], fixture.at(20, 0, 40))
            #expect(persisted(fixture.step([.snapshot(try snapshot(both))], fixture.at(20, 1, 40))).isEmpty)
            let outputs = endsByRoll ? fixture.step([], fixture.at(28, 0, 1)) : fixture.core.finish()
            let rows = try #require(persisted(outputs).first)
            #expect(rows.day == fixture.day)
            let row = try #require(rows.symbols.firstIndex { $0.text == "BBB" })
            #expect(rows.cumulative[row * 192 + 191] == 20)
        }
    }

    @Test func aFeedThatInventsSymbolsDoesNotFillTheMemory() throws {
        var core = EngineCore(calendar: ExchangeCalendar(), rowsMax: 50)
        let fixture = try EngineFixture()
        for round in 0..<4 {
            let now = fixture.at(10, 0, round)
            let rows = (0..<20).map { traded("S\(round)X\($0)", 5, volume: 10, at: now) }
            let query = ScanQuery(columns: [.volume], rows: 0..<100)
            let outputs = core.step([.snapshot(try snapshot(rows)), .command(.query(query))], now: now)
            let views = outputs.compactMap { if case .publish(let view) = $0 { view } else { nil } }
            #expect(views.last?.result?.matchCount == min(50, 20 * (round + 1)))
            #expect(views.last?.status.rejections.badSymbol == [0, 0, 10, 20][round])
        }
    }

    @Test func aTickerTheFeedNoLongerSendsKeepsTheNumbersOfItsLastSight() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 30)
        _ = fixture.step([.history(try fixture.history(["AAA", "BBB"], perSlot: 500))], now)
        let both = ["AAA", "BBB"].map { traded($0, 11, volume: 78_000, at: now) }
        _ = fixture.step([.snapshot(try snapshot(both))], now)
        let later = fixture.at(12, 0)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 11, volume: 96_000, at: later)]))], later)
        // Its volume since is not known: over the baseline of noon it would look quiet.
        #expect(try fixture.number(.rvol, "BBB", later) == 2)
        var settings = RVOLSettings()
        settings.mode = .slot
        _ = fixture.step([.command(.setRVOL(settings))], later)
        #expect(try fixture.number(.rvol, "BBB", later).isNaN)
        _ = fixture.step([.command(.setRVOL(RVOLSettings()))], later)
        _ = fixture.step([.snapshot(try snapshot(both))], later.adding(seconds: 5))
        #expect(try fixture.number(.rvol, "BBB", later.adding(seconds: 5)) == 78_000 / 48_000)
    }

    @Test func aChangeOfSessionIsShownWithoutAnySnapshot() throws {
        var fixture = try EngineFixture()
        _ = fixture.step([], fixture.at(9, 29, 59))
        let outputs = fixture.core.step([], now: fixture.at(9, 30))
        let sessions = outputs.compactMap {
            if case .publish(let view) = $0 { view.status.session.session } else { nil }
        }
        #expect(sessions == [.open])
        #expect(fixture.core.step([], now: fixture.at(9, 30, 1)).isEmpty)
    }
}
