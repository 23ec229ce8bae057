import ArgumentParser
import EngineAPI
import Glibc
import MarketData
import MarketTime
import Store
import Testing

@testable import tradeul

@Suite struct ScreenshotHistoryTests {
    /// What is answered from memory is what the demo's store answers after its import.
    @Test func thePastIsThatOfTheDemosStore() throws {
        let scratch = try Scratch()
        let now = try #require(SimulatorPlan.start(fromText: "10:31"))
        let market = SimulatorPlan(seed: 3, start: now, speed: 1, tickers: 60).market()
        let store = try TradeulStore(path: scratch["demo.db"])
        let past = SimulatedHistory(market: market, store: store)
        try past.run(now: now, mustStop: { false }, onUseful: {})
        try past.runYear(now: now, mustStop: { false }, rest: {}, onUseful: {})
        let history = PictureHistory(market)
        let calendar = ExchangeCalendar(overrides: try store.marketDays())
        let day = calendar.state(at: now).tradingDay

        let request = HistoryRequest(tradingDay: day, calendar: calendar, settings: RVOLSettings())
        let (stored, found) = (try store.loadHistory(request), history.load(request, now: now))
        #expect(stored.symbols.count > 40)
        #expect(Self.rows(stored) == Self.rows(found))
        #expect(stored.distinctDays == found.distinctDays)
        #expect(stored.splitToday == found.splitToday)
        #expect(Self.daily(stored.daily) == Self.daily(found.daily))
        #expect(stored.today.slotCount == found.today.slotCount)
        #expect(Self.today(stored.today) == Self.today(found.today))
        #expect(found.today.isSound && stored.today.isSound && !stored.today.vwap.isEmpty)
        let (storedPrices, foundPrices) = (Self.prices(stored.today), Self.prices(found.today))
        #expect(storedPrices.values.contains { $0.contains { $0 > 0 } })
        for (symbol, prices) in foundPrices {
            // A file keeps prices to a hundredth of a cent.
            let isSame = zip(storedPrices[symbol] ?? [], prices).allSatisfy { abs($0 - $1) < 0.000_2 * max(1, $1) }
            #expect(isSame && storedPrices[symbol]?.count == prices.count, "\(symbol.text)")
        }

        let days = DailyRequest(
            tradingDay: day,
            days: calendar.tradingDays(before: day, count: DailyRequest.dayCount)
        )
        #expect(Self.indicators(try store.loadDaily(days)) == Self.indicators(history.daily(days)))

        let counts = TradeCountRequest(tradingDay: day, slots: 66..<78, candidates: request.lookbackCandidates)
        let (storedCounts, foundCounts) = (try store.loadTradeCounts(counts), history.tradeCounts(counts))
        #expect(storedCounts.symbols.count > 25)
        #expect(Self.counts(storedCounts) == Self.counts(foundCounts))
    }

    private static func rows(_ load: HistoryLoad) -> [Symbol: [Double]] {
        Dictionary(
            uniqueKeysWithValues: load.symbols.indices.map { row in
                let sums = load.sums[row * Slot.count..<(row + 1) * Slot.count]
                return (load.symbols[row], [Double(load.days[row])] + sums)
            }
        )
    }

    private static func daily(_ facts: DailyFacts) -> [Symbol: [String]] {
        Dictionary(
            uniqueKeysWithValues: facts.symbols.indices.map { row in
                let values = [
                    facts.averageVolume5, facts.averageVolume10, facts.averageVolume30, facts.atr14,
                    facts.previousHigh, facts.previousLow, facts.previousClose, facts.previousVolume,
                ].map { "\($0[row])" }
                return (facts.symbols[row], ["\(facts.averageDays[row])"] + values)
            }
        )
    }

    private static func today(_ rows: SlotRows) -> [Symbol: [Int64]] {
        Dictionary(
            uniqueKeysWithValues: rows.symbols.indices.map { row in
                (rows.symbols[row], Array(rows.cumulative[row * rows.slotCount..<(row + 1) * rows.slotCount]))
            }
        )
    }

    /// Prices of each symbol's slots, 0 where none is known; every slot with shares has one (tested).
    private static func prices(_ rows: SlotRows) -> [Symbol: [Float]] {
        Dictionary(
            uniqueKeysWithValues: rows.symbols.indices.map { row in
                let start = row * rows.slotCount
                let prices = (0..<rows.slotCount).map { slot in
                    let hasShares = rows.cumulative[start + slot] > (slot == 0 ? 0 : rows.cumulative[start + slot - 1])
                    let price = rows.vwap[start + slot]
                    #expect(!price.isNaN || !hasShares, "\(rows.symbols[row].text), slot \(slot)")
                    return price.isNaN ? 0 : price
                }
                return (rows.symbols[row], prices)
            }
        )
    }

    private static func indicators(_ all: DailyIndicators) -> [Symbol: [String]] {
        let maps = [all.closeSums, all.closes, all.highs, all.lows]
        let columns =
            [
                all.previousOpen, all.previousChangePercent, all.averageVolume20, all.averageVolume3m,
                all.averageDollarVolume, all.meanGain, all.meanLoss, all.previousClose, all.upDays,
            ] + maps.flatMap { map in map.keys.sorted().compactMap { map[$0] } }
        return Dictionary(
            uniqueKeysWithValues: all.symbols.indices.map { row in (all.symbols[row], columns.map { "\($0[row])" }) }
        )
    }

    private static func counts(_ load: TradeCountLoad) -> [Symbol: [String]] {
        Dictionary(
            uniqueKeysWithValues: load.symbols.indices.map { row in
                (load.symbols[row], ["\(load.mean[row])", "\(load.deviation[row])", "\(load.days[row])"])
            }
        )
    }
}

@Suite struct ScreenshotTests {
    private static func spec(_ size: String = "120x36", keys: String = "") throws -> PictureSpec {
        var spec = PictureSpec()
        spec.size = try #require(PictureSpec.size(fromText: size))
        spec.symbols = 24
        spec.keys = try KeyScript(keys)
        return spec
    }

    @Test func theSameArgumentsAreTheSameBytes() throws {
        let spec = try Self.spec(keys: "jj<wait 3s>j")
        let once = try PictureStudio().draw(spec)
        let studio = PictureStudio()
        // A studio that has drawn other pictures before draws the same.
        _ = try studio.draw(try Self.spec("80x24", keys: "t<wait 3s>"))
        _ = try studio.draw(try Self.spec(keys: "frvol > 1<Enter>"))
        let again = try studio.draw(spec)
        #expect(once.svg() == again.svg())
        #expect(once.text == again.text)
    }

    @Test func theClockShowsTheMomentAskedForWhateverTheKeysTake() throws {
        let studio = PictureStudio()
        for keys in ["", "j<wait 7s>k", "t<wait 1500ms>"] {
            let text = try studio.draw(try Self.spec(keys: keys)).text
            #expect(text.contains("10:31:00 ET"), "\(keys)")
            #expect(text.contains("DEMO"), "\(keys)")
        }
    }

    @Test func theScreenHasRowsBaselineAndHistory() throws {
        let text = try PictureStudio().draw(try Self.spec("160x48")).text
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 49)
        #expect(text.contains("5-day baseline"))
        #expect(text.contains("IN PLAY"))
        for word in ["loading", "waiting for"] { #expect(!text.contains(word), "\(word)") }
    }

    @Test func keysAreAnsweredAsByARunningEngine() throws {
        let studio = PictureStudio()
        let before = try studio.draw(try Self.spec()).text
        let filtered = try studio.draw(try Self.spec(keys: "frvol <lt> 1<Enter>")).text
        #expect(filtered != before)
        #expect(filtered.contains("rvol < 1"))
        let lists = try studio.draw(try Self.spec(keys: "1")).text
        #expect(lists != before)
    }

    @Test func anotherSeedIsAnotherMarket() throws {
        var other = try Self.spec()
        other.seed = 2
        #expect(try PictureStudio().draw(try Self.spec()).text != PictureStudio().draw(other).text)
    }

    @Test func asciiAndMonoAreNothingElse() throws {
        var spec = try Self.spec("80x24")
        spec.isASCII = true
        spec.depth = try #require(PictureSpec.depth(fromText: "mono"))
        let picture = try PictureStudio().draw(spec)
        #expect(picture.text.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
        let inks = picture.svg().split(separator: "fill:#").dropFirst().map { $0.prefix { $0.isHexDigit } }
        let fills = picture.svg().split(separator: "fill=\"#").dropFirst().map { $0.prefix { $0.isHexDigit } }
        let colors = Set(inks + fills)
        #expect(colors.isSubset(of: ["121418", "d0d0d0"]))
    }

    @Test func aPictureOfAFullScreenIsSmall() throws {
        let picture = try PictureStudio().draw(try Self.spec("160x48"))
        #expect(picture.svg().utf8.count < 150_000)
    }

    @Test func aThemeThatIsNotThereIsRefused() throws {
        var spec = try Self.spec()
        spec.theme = "nonsense"
        #expect { try PictureStudio().draw(spec) } throws: { ($0 as? Failure)?.status == .usage }
    }
}

@Suite struct ScreenshotFileTests {
    @Test func aPictureIsWrittenWholeAndFoldersAreMade() throws {
        let scratch = try Scratch()
        try PictureFiles.write("one", to: scratch["a/b/x.svg"])
        try PictureFiles.write("two", to: scratch["a/b/x.svg"])
        #expect(scratch.text("a/b/x.svg") == "two")
        #expect(PictureFiles.difference(scratch["a/b/x.svg"], from: "two") == nil)
        #expect(PictureFiles.difference(scratch["a/b/x.svg"], from: "one") == "differs")
        #expect(PictureFiles.difference(scratch["a/b/y.svg"], from: "one") == "is missing")
    }

    @Test(arguments: ["/dev/null/x.svg", "/proc/nowhere/x.svg", "/"])
    func whereNothingCanBeWrittenItEndsWith74(path: String) {
        #expect { try PictureFiles.write("x", to: path) } throws: { ($0 as? Failure)?.status == .store }
    }

    @Test func aListThatCannotBeReadEndsWith74() {
        #expect { try PictureFiles.list("/nonexistent/list") } throws: { ($0 as? Failure)?.status == .store }
    }

    @Test func staleAndMissingPicturesAreNamedAndFreshOnesAreNot() throws {
        let scratch = try Scratch()
        let list = try scratch.write("list", "one 40x10 ember symbols=12\ntwo 40x10 ember symbols=12 keys: j\n")
        let arguments = ["screenshot", "--all", list, "--into", scratch["out"]]
        var command = try Tradeul.parseAsRoot(arguments)
        try command.run()
        var check = try Tradeul.parseAsRoot(arguments + ["--check"])
        try check.run()
        try scratch.write("out/two.svg", "old")
        var again = try Tradeul.parseAsRoot(arguments + ["--check"])
        #expect { try again.run() } throws: { error in
            (error as? Failure)?.status == .no && (error as? Failure)?.sentence.hasPrefix("1 of 2 ") == true
        }
        #expect(scratch.text("out/two.svg") == "old", "a check writes nothing")
    }

    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    @Test func everyPictureOfTheListIsStored() throws {
        let specs = try PictureFiles.list(Self.root + "/docs/pictures.txt")
        #expect(specs.count >= 6)
        for spec in specs {
            let content = try SmallFile.read(
                "\(Self.root)/docs/pictures/\(spec.name).svg",
                limit: PictureFiles.bytesMax
            )
            let text = String(decoding: content.bytes, as: UTF8.self)
            #expect(text.contains("<title id=\"title\">\(spec.title)</title>"), "run make pictures: \(spec.name)")
            #expect(content.bytes.count < 150_000 || spec.name.contains("200x60"), "\(spec.name)")
        }
    }
}
