import Glibc
import MarketServer
import MarketTime
import Simulator
import Testing

@Suite struct FlatFileTests {
    private let market = SimulatedMarket(seed: 7, tickerCount: 150, openingDay: opening)

    private func text(_ kind: FlatFileText.Kind, _ day: DayID) throws -> (lines: [Substring], rows: Int) {
        let file = try #require(SimulatedFlatFile(market, kind, on: day))
        var bytes: [UInt8] = []
        var largest = 0
        let rows = try file.write { chunk in
            bytes += chunk
            largest = max(largest, chunk.count)
        }
        #expect(largest <= 65_536)
        let plain = try #require(unpacked(bytes))
        let text = String(decoding: plain, as: UTF8.self)
        #expect(text.hasSuffix("\n"))
        return (text.split(separator: "\n"), rows)
    }

    /// Digits behind the point as millionths.
    private func micro(_ text: Substring) throws -> Int64 {
        let parts = text.split(separator: ".")
        let digits = parts.count > 1 ? String(parts[1]) : ""
        #expect(digits.utf8.count <= 6)
        let padded = digits + String(repeating: "0", count: 6 - digits.utf8.count)
        let whole = try #require(Int64(parts[0]))
        return whole * 1_000_000 + (try #require(Int64(padded)))
    }

    @Test func minutesAreTheAggregatesAsTradedToTheMillionthOfAShare() throws {
        let reader = MarketReader(market)
        let split = try #require(market.splits.first { $0.executionDate == opening })
        let day = market.calendar.tradingDay(before: opening)
        let (lines, rows) = try text(.minuteBars, day)
        #expect(lines.first == "ticker,volume,open,close,high,low,window_start,transactions")
        #expect(rows == lines.count - 1 && rows > 5_000)
        var place = 1
        var fractions = 0
        for ticker in market.indicesByTicker {
            let name = market.listings[ticker].ticker
            reader.forEachBar(.minute, on: day, of: ticker, asOf: moment(day, 23, 0)) { bar in
                place += 1
                // A ninth of the rows is enough to find a wrong one; their number is checked below.
                guard place <= lines.count, place % 9 == 0 else { return }
                let fields = lines[place - 1].split(separator: ",", omittingEmptySubsequences: false)
                let prices = [bar.price.open, bar.price.close, bar.price.high, bar.price.low]
                do {
                    let isRight =
                        try fields.count == 8 && fields[0] == name && micro(fields[1]) == bar.volumeMicro
                        && fields[2...5].map { try micro($0) } == prices.map { $0 * 100 }
                        && Int64(fields[6]) == bar.startMs * 1_000_000 && Int(fields[7]) == bar.trades
                    if !isRight { Issue.record("\(lines[place - 1]) against \(bar)") }
                } catch {
                    Issue.record("\(lines[place - 1]): \(error)")
                }
                if fields[1].contains(".") { fractions += 1 }
            }
        }
        #expect(place == lines.count)
        #expect(fractions > 100, "fractions of shares occur")
        // As traded, whatever is executed later.
        let name = market.listings[split.ticker].ticker
        let volume = try lines.filter { $0.hasPrefix("\(name),") }.reduce(Int64(0)) {
            $0 + (try micro($1.split(separator: ",")[1]))
        }
        #expect(volume == reader.dailyBar(on: day, of: split.ticker)?.volumeMicro)
    }

    @Test func theFileAndTheServersAggregatesAreOneMarket() throws {
        let desk = Desk(seed: 7, count: 150, now: moment(opening, 21, 0))
        let (lines, _) = try text(.minuteBars, opening)
        for ticker in ["AAPL", "BACpM"] {
            let path =
                "/v2/aggs/ticker/\(ticker)/range/1/minute/\(opening.iso)/\(opening.iso)?adjusted=false&limit=50000"
            let bars = try #require(try desk.json(path)["results"]?.array)
            let own = lines.filter { $0.hasPrefix("\(ticker),") }
            #expect(own.count == bars.count && !own.isEmpty)
            for (line, bar) in zip(own, bars) {
                let fields = line.split(separator: ",")
                #expect(Double(fields[1]) == bar["v"]?.number && Double(fields[2]) == bar["o"]?.number)
                #expect(Double(fields[6]) == (bar["t"]?.number).map { $0 * 1e6 })
                #expect(Double(fields[7]) == bar["n"]?.number ?? 1)
            }
        }
    }

    @Test func daysAreTheOfficialBars() throws {
        let day = market.calendar.tradingDay(before: opening)
        let (lines, rows) = try text(.dayBars, day)
        #expect(rows == lines.count - 1 && rows > 100)
        let names = lines.dropFirst().map { String($0.prefix { $0 != "," }) }
        #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        let apple = try #require(lines.first { $0.hasPrefix("AAPL,") }).split(separator: ",")
        let index = try #require(market.index(of: "AAPL"))
        let bar = try #require(MarketReader(market).dailyBar(on: day, of: index))
        #expect(try micro(apple[1]) == bar.volumeMicro && micro(apple[3]) == bar.price.close * 100)
        #expect(Int64(apple[6]) == NewYork.instant(day, secondOfDay: 0).nanoseconds)
    }

    @Test func aKeyNamesExactlyOneFile() throws {
        let key = "us_stocks_sip/minute_aggs_v1/2026/11/2026-11-17.csv.gz"
        let file = try #require(SimulatedFlatFile(market, key: key))
        #expect(file.key == key && file.kind == .minuteBars && file.day.iso == "2026-11-17")
        #expect(!file.isPublished(at: moment(file.day, 19, 59, 59)) && file.isPublished(at: moment(file.day, 20, 0)))
        for wrong in [
            "", "/", key + "/", "us_stocks_sip/minute_aggs_v1/2026/12/2026-11-17.csv.gz",
            "us_stocks_sip/minute_aggs_v1/2026/11/2026-11-15.csv.gz",
            "us_options/minute_aggs_v1/2026/11/2026-11-17.csv.gz",
            "us_stocks_sip/trades_v1/2026/11/2026-11-17.csv.gz", "us_stocks_sip/minute_aggs_v1/2026/11/2026-11-17.csv",
            "us_stocks_sip/minute_aggs_v1/2020/11/2020-11-17.csv.gz",
        ] { #expect(SimulatedFlatFile(market, key: wrong) == nil, "\(wrong)") }
    }

    @Test func aFolderTreeHoldsTheSameBytes() throws {
        var template = Array("/tmp/flatfiles-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        let file = try #require(SimulatedFlatFile(market, .dayBars, on: opening))
        let (path, rows) = try file.write(below: folder + "/deep")
        #expect(path == "\(folder)/deep/us_stocks_sip/day_aggs_v1/2026/11/2026-11-18.csv.gz")
        let descriptor = open(path, O_RDONLY)
        #expect(descriptor >= 0)
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        bytes.removeLast(bytes.count - read(descriptor, &bytes, bytes.count))
        close(descriptor)
        var same: [UInt8] = []
        #expect(try file.write { same += $0 } == rows)
        #expect(bytes == same)
        #expect(access(path + ".part", F_OK) != 0)
        #expect(throws: FlatFileError.self) { try file.write(below: path) }
        unlink(path)
        for parent in [
            "/deep/us_stocks_sip/day_aggs_v1/2026/11", "/deep/us_stocks_sip/day_aggs_v1/2026",
            "/deep/us_stocks_sip/day_aggs_v1", "/deep/us_stocks_sip", "/deep", "",
        ] { #expect(rmdir(folder + parent) == 0) }
    }

    @Test func aFileThatIsStoppedEndsEarly() throws {
        let file = try #require(SimulatedFlatFile(market, .minuteBars, on: opening))
        var asked = 0
        var bytes: [UInt8] = []
        let rows = try file.write(mustStop: {
            asked += 1
            return asked > 3
        }) { bytes += $0 }
        #expect(asked == 4 && unpacked(bytes) != nil)
        #expect(rows < 3_000)
    }
}
