import Analytics
import MarketData
import MarketTime
import Testing

@Suite
struct ColumnFormulaTests {
    /// What each column of the row `T` must show, worked out by hand.
    static let worked: [(ColumnID, Double)] = [
        // Price and quote.
        (.last, 11), (.bid, 10.9), (.ask, 11.1), (.bidSize, 300), (.askSize, 200), (.quoteRatio, 1.5), (.spread, 0.2),
        (.spreadPercent, 1.818181818), (.quoteDistance, 0), (.decimal, 0), (.printAge, 7),
        // Volume.
        (.volume, 1_000_000), (.dollarVolume, 11_000_000), (.minuteVolume, 5000), (.volume1m, 2000), (.volume5m, 5000),
        (.volume10m, 5000), (.volume15m, 30_000), (.volume30m, 15_000), (.volume1mPercent, 200),
        (.volume5mPercent, 100), (.volume10mPercent, 50), (.volume15mPercent, 200), (.volume30mPercent, 50),
        (.volumePercent, 256.41025641), (.previousVolumePercent, 200), (.averageVolume, 500_000),
        (.averageVolume5, 400_000), (.averageVolume10, 390_000), (.averageVolume20, 450_000),
        (.averageVolume3m, 420_000), (.averageDays, 30), (.averageDollarVolume, 4_200_000),
        (.pace, 1_315_068.4931507),  // 1,000,000 · 96,000 / 73,000
        // Relative volume.
        (.rvol, 3), (.slotRVOL, 2.25), (.previousSlotRVOL, 108), (.highestSlotRVOL, 200), (.simpleRVOL, 2),
        (.baselineDays, 5),
        // Change and gap.
        (.changePercent, 10), (.change, 1), (.changeATR, 2), (.fromOpenPercent, 4.761904762), (.fromOpen, 0.5),
        (.fromOpenATR, 1), (.change1m, 0.1), (.change2m, 0.2), (.change5m, 1.2), (.change10m, 1.3), (.change15m, 1.4),
        (.change30m, 1.5), (.gapPercent, 5), (.gap, 0.5), (.gapATR, 1), (.swingPercent, 9.761904762),
        // The day's range.
        (.open, 10.5), (.high, 12), (.low, 9), (.range, 3), (.rangePercent, 33.333333333), (.rangeATR, 600),
        (.rangePosition, 66.5), (.openPosition, 50), (.fromHighPercent, -8.333333333), (.fromLowPercent, 22.222222222),
        (.belowHigh, 1), (.aboveLow, 2), (.sessionHigh, 11.2), (.sessionLow, 9.9), (.newHigh, 0), (.newLow, 0),
        (.vwap, 10), (.vwapPercent, 10),
        // Sessions.
        (.preHigh, 10.8), (.preLow, 9.8), (.preVolume, 66_000), (.preDollarVolume, 693_000), (.preRVOL, 2),
        (.preChangePercent, 5), (.preRangePosition, 120), (.belowPreHigh, -0.2), (.abovePreLow, 1.2),
        (.regularVolume, 780_000), (.regularHigh, 12), (.regularLow, 9), (.regularClose, 10),
        (.fromRegularHighPercent, -8.333333333), (.fromRegularLowPercent, 22.222222222), (.postVolume, 154_000),
        (.postChangePercent, 10), (.postChange, 1), (.postMovePercent, 10), (.postHigh, 11.2), (.postLow, 9.9),
        // The day before: pivot 10, R1 10.4, S1 9.6, R2 10.8, S2 9.2.
        (.previousClose, 10), (.previousOpen, 9.7), (.previousHigh, 10.4), (.previousLow, 9.6),
        (.previousVolume, 780_000), (.previousChangePercent, 2.5), (.previousRangePosition, 175), (.pivotPercent, 10),
        (.resistance1Percent, 5.769230769), (.support1Percent, 14.583333333), (.resistance2Percent, 1.851851852),
        (.support2Percent, 19.565217391),
        // Days before; today's high and low widen the five days.
        (.atr, 0.5), (.atrPercent, 4.5), (.atrUsed, 400), (.change3dPercent, 37.5), (.change5dPercent, 10),
        (.change10dPercent, 120), (.change20dPercent, -50), (.change1yPercent, 175), (.range5d, 3), (.range10d, 5),
        (.range20d, 8), (.position5d, 66.666666667), (.position10d, 60), (.position20d, 50), (.position3m, 50),
        (.position52w, 45), (.high52w, 22), (.low52w, 2), (.fromHigh52wPercent, -50), (.fromLow52wPercent, 450),
        (.sma5, 10), (.sma10, 11), (.sma20, 10), (.sma50, 8), (.sma200, 5), (.fromSMA5Percent, 10),
        (.fromSMA10Percent, 0), (.fromSMA20Percent, 10), (.fromSMA50Percent, 37.5), (.fromSMA200Percent, 120),
        (.rsi14, 63.888888889),  // up (13 · 0.1 + 1) / 14, down 13 · 0.1 / 14
        (.upDays, 3),
        // The company.
        (.marketCap, 4e12), (.floatShares, 20_000_000), (.sharesOutstanding, 50_000_000), (.floatPercent, 40),
        (.floatTurnover, 0.05), (.etf, 0),
        // Trading, and the market around.
        (.tradesPerMinute, 120), (.trades, 5000), (.tradesZScore, 2.5), (.bandUpper, 11.5), (.bandLower, 10.5),
        (.haltAge, 90), (.halted, 1), (.limitState, 0), (.traded, 1), (.thin, 0), (.streamed, 1),
        (.minutesSinceOpen, 400), (.spyChangePercent, 1), (.spyChange5m, 0.2), (.versusSPYPercent, 9),
        (.versusSPY5m, 1),
    ]

    @Test func everyColumnOfNumbersIsWorkedOutByHand() {
        let wanted = ColumnDescriptor.all.filter { $0.kind == .number || $0.kind == .flag }.map(\.id)
        #expect(Set(Self.worked.map(\.0)) == Set(wanted))
        #expect(Self.worked.count == wanted.count)
    }

    @Test(arguments: worked)
    func aColumnIsWhatIsWorkedOutByHand(_ id: ColumnID, _ expected: Double) throws {
        let found = try ColumnRow().number(id)
        #expect(abs(found - expected) <= 1e-9 * max(1, abs(expected)), "\(id): \(found) for \(expected)")
    }

    @Test(arguments: ColumnID.allCases)
    func whatIsNotKnownOfARowIsMissing(_ id: ColumnID) throws {
        let market = try ColumnRow()
        let known: [ColumnID: Double] = [
            .averageDays: 0, .baselineDays: 0, .halted: 0, .limitState: 0, .traded: 0, .streamed: 0, .newHigh: 0,
            .newLow: 0, .minutesSinceOpen: 400, .spyChangePercent: 1, .spyChange5m: 0.2,
        ]
        let found = market.number(id, row: market.empty)
        if let expected = known[id] { #expect(found == expected) } else { #expect(found.isNaN, "\(id): \(found)") }
    }

    /// A number that is missing, and the columns that cannot be told without it.
    static let needs: [(ColumnID, [ColumnID])] = [
        (
            .last,
            [
                .last, .change, .fromOpen, .fromOpenPercent, .fromHighPercent, .belowHigh, .aboveLow, .newHigh,
                .vwapPercent, .preRangePosition, .postChangePercent, .pivotPercent, .change5dPercent, .sma20,
                .fromSMA20Percent, .rsi14, .position5d, .quoteDistance, .previousRangePosition,
            ]
        ),
        (
            .previousClose,
            [.change, .changeATR, .gap, .preChangePercent, .pivotPercent, .support2Percent, .rsi14, .atrUsed]
        ),
        (.open, [.fromOpenPercent, .fromOpenATR, .openPosition, .preChangePercent, .preDollarVolume, .swingPercent]),
        (.high, [.range, .rangePercent, .rangeATR, .openPosition, .fromHighPercent, .belowHigh, .newHigh, .atrUsed]),
        (.low, [.range, .rangePercent, .openPosition, .fromLowPercent, .aboveLow, .newLow]),
        (.atr, [.changeATR, .fromOpenATR, .gapATR, .rangeATR, .atrUsed]),
        (.changePercent, [.change, .changeATR, .versusSPYPercent, .atrUsed]),
        (.gapPercent, [.gap, .gapATR, .swingPercent]),
        (.volume, [.volumePercent, .pace, .postVolume, .floatTurnover]),
        (.averageVolume10, [.volumePercent, .volume5mPercent, .previousVolumePercent]),
        (.bidSize, [.quoteRatio]), (.bid, [.spreadPercent, .quoteDistance]),
        (.ask, [.spreadPercent, .quoteDistance]),
        (.preHigh, [.preRangePosition, .belowPreHigh]),
        (.regularClose, [.postChange, .postChangePercent, .postMovePercent]),
        (.previousHigh, [.previousRangePosition, .resistance1Percent]),
        (.floatShares, [.floatPercent, .floatTurnover]),
        (.sharesOutstanding, [.floatPercent]), (.rvol, [.thin]), (.change5m, [.versusSPY5m]),
    ]

    @Test(arguments: needs)
    func aColumnWithoutItsInputIsMissing(
        _ input: ColumnID,
        _ columns: [ColumnID]
    ) throws {
        var market = try ColumnRow()
        try market.set(input, .nan)
        for id in columns { #expect(market.number(id).isNaN, "\(id): \(market.number(id))") }
    }

    @Test(
        arguments: [
            (ColumnID.atr, [ColumnID.changeATR, .fromOpenATR, .gapATR, .rangeATR, .atrUsed]),
            (.averageVolume10, [.volumePercent, .volume1mPercent, .previousVolumePercent]),
            (.floatShares, [.floatTurnover]), (.sharesOutstanding, [.floatPercent]),
            (.askSize, [.quoteRatio]), (.vwap, [.vwapPercent]), (.open, [.fromOpenPercent]),
        ] as [(ColumnID, [ColumnID])]
    )
    func nothingIsDividedByNought(
        _ input: ColumnID,
        _ columns: [ColumnID]
    ) throws {
        var market = try ColumnRow()
        try market.set(input, 0)
        for id in columns { #expect(market.number(id).isNaN, "\(id): \(market.number(id))") }
    }

    @Test func aRangeOfNoWidthHasNoPositions() throws {
        var market = try ColumnRow()
        for id in [ColumnID.high, .low, .preHigh, .preLow, .previousHigh, .previousLow] { try market.set(id, 11) }
        for id in [ColumnID.openPosition, .preRangePosition, .previousRangePosition] {
            #expect(market.number(id).isNaN, "\(id)")
        }
        #expect(market.number(.range) == 0)
    }

    @Test func aFloatAboveTheSharesHasNoPercentage() throws {
        var market = try ColumnRow()
        market.inputs.universe.floatShares[market.row] = 60_000_000
        #expect(market.number(.floatPercent).isNaN)
        #expect(abs(market.number(.floatTurnover) - 1.0 / 60) < 1e-12)
    }

    @Test func flagsTellAFundAtItsHighFromOthers() throws {
        let market = try ColumnRow()
        #expect(market.number(.etf, row: market.fund) == 1)
        #expect(market.number(.newHigh, row: market.fund) == 1)
        #expect(market.number(.newLow, row: market.fund) == 1)
        #expect(market.number(.thin, row: market.fund) == 1)
        #expect(market.number(.haltAge, row: market.fund).isNaN)
    }

    @Test(arguments: [(10.8, 0.917431193), (11.2, 0.900900901), (10.9, 0), (11.1, 0)])
    func aPriceOutsideTheQuoteIsThatFarFromIt(_ price: Double, _ expected: Double) throws {
        var market = try ColumnRow()
        market.inputs.universe.price[market.row] = price
        #expect(abs(market.number(.quoteDistance) - expected) < 1e-9)
    }

    @Test func centsAreWhatStandsBehindTheDollars() throws {
        var market = try ColumnRow()
        market.inputs.universe.price[market.row] = 3.25
        #expect(market.number(.decimal) == 0.25)
    }

    @Test func aFallingDayUsesItsATRDownwards() throws {
        var market = try ColumnRow()
        market.inputs.universe.changePercent[market.row] = -5
        #expect(market.number(.atrUsed) == 200)  // (10 − 9) / 0.5
    }

    @Test(arguments: [(0.1, 0.0, 11.0, 100.0), (0.0, 0.1, 9.0, 0.0), (0.0, 0.0, 10.0, .nan)])
    func theOscillatorReachesItsEnds(_ gain: Double, _ loss: Double, _ price: Double, _ expected: Double) throws {
        var market = try ColumnRow()
        market.inputs.universe.daily.set(.meanGain, row: market.row, gain)
        market.inputs.universe.daily.set(.meanLoss, row: market.row, loss)
        market.inputs.universe.price[market.row] = price
        let found = market.number(.rsi14)
        #expect(found == expected || (found.isNaN && expected.isNaN))
    }
}

@Suite
struct SessionColumnTests {
    static let moments: [(Int, Int, ColumnID, Double)] = [
        // 09:00: the volume so far is the pre-market's, the price stands in for the open.
        (9, 0, .preVolume, 1_000_000), (9, 0, .preDollarVolume, 11_000_000), (9, 0, .preRVOL, 3),
        (9, 0, .preChangePercent, 10), (9, 0, .regularVolume, .nan), (9, 0, .postVolume, .nan),
        (9, 0, .minutesSinceOpen, -30),
        // 09:30 on: what was traded by then.
        (9, 30, .preVolume, 66_000), (9, 30, .preRVOL, 2), (9, 30, .regularVolume, 934_000),
        (15, 59, .regularVolume, 934_000), (15, 59, .postVolume, .nan), (16, 0, .regularVolume, 780_000),
        (16, 0, .postVolume, 154_000), (20, 0, .postVolume, 154_000), (20, 0, .pace, 1_000_000),
        // Before the day's first slot has ended nothing of slots is known.
        (4, 2, .previousSlotRVOL, .nan), (4, 2, .highestSlotRVOL, .nan),
        (4, 7, .previousSlotRVOL, 2), (4, 7, .highestSlotRVOL, 2), (10, 0, .previousSlotRVOL, 20),
    ]

    @Test(arguments: moments)
    func aSessionsVolumeIsTakenByTheClock(_ hour: Int, _ minute: Int, _ id: ColumnID, _ expected: Double) throws {
        let found = try ColumnRow().at(hour, minute).number(id)
        #expect(found == expected || (found.isNaN && expected.isNaN), "\(id): \(found)")
    }

    @Test func anEarlyCloseEndsTheRegularSession() throws {
        var market = try ColumnRow()
        market.inputs.day = MarketDay(date: market.inputs.day.date, kind: .earlyClose, reason: "Early close")
        // C(107), the end of the slot before 13:00.
        #expect(market.at(13, 0).number(.regularVolume) == 42 * 10_000)
        #expect(market.at(13, 0).number(.postVolume) == 1_000_000 - 486_000)
        #expect(market.at(12, 59).number(.postVolume).isNaN)
    }

    @Test func aSlotNobodySawLeavesWhatHangsOnItMissing() throws {
        var market = try ColumnRow()
        market.inputs.slots = DaySlots()
        market.inputs.slots.grow(to: market.inputs.count)
        for id in [ColumnID.preVolume, .preRVOL, .regularVolume, .postVolume, .previousSlotRVOL, .highestSlotRVOL] {
            #expect(market.number(id).isNaN, "\(id)")
        }
    }

    @Test func aPriceOfTheRegularSessionIsNoChangeAfterIt() throws {
        var market = try ColumnRow()
        market.inputs.universe.priceTime[market.row] = market.inputs.now.adding(seconds: -700).nanoseconds
        for id in [ColumnID.postChange, .postChangePercent, .postMovePercent] { #expect(market.number(id).isNaN) }
    }

    @Test func aFallAfterTheCloseIsAMoveToo() throws {
        var market = try ColumnRow()
        market.inputs.universe.price[market.row] = 9
        #expect(market.number(.postChangePercent) == -10 && market.number(.postMovePercent) == 10)
    }

    @Test func aStockThatNeverTradesBeforeTheOpenIsMeasuredAgainstTheFloor() throws {
        var market = try ColumnRow()
        market.inputs.rvolFloor = 66_000
        #expect(market.number(.preRVOL) == 1)
    }
}
