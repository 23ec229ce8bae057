import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import TestSupport
import Testing

@Suite struct HistoryDecoderTests {
    private let decoder = PolygonDecoder()
    /// 10:30 ET on Tuesday 2026-10-06.
    private static let startMs: Int64 = 1_791_297_000_000

    private func page(_ text: String) throws -> BarPage { try decoder.barPage(ResponseBody(text)) }

    private func error(_ text: String) -> DecodeError? {
        do throws(DecodeError) {
            _ = try decoder.barPage(ResponseBody(text))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("30118", 30118.0), ("30118.0", 30118), ("3.0118e4", 30118), ("3.0118E+04", 30118), ("1e6", 1_000_000),
        ("22950.4412", 22950.4412), ("0", 0), ("0.0073", 0.0073), ("-5", -5),
    ])
    func everyFormOfANumberIsRead(text: String, volume: Double) throws {
        let page = try page(BarJSON.page([BarJSON.bar(Self.startMs, volume: text, vwap: text, trades: "4.0e2")]))
        #expect(page.volume == [volume])
        #expect(volume > 0 ? page.vwap == [volume] : page.vwap[0].isNaN)
        #expect(page.trades == [400] && page.startMs == [Self.startMs] && page.malformed == 0)
    }

    @Test(
        arguments: [
            ("1791297000000", 1_791_297_000_000), ("1791297000000.0", 1_791_297_000_000),
            ("1.791297e12", 1_791_297_000_000), ("1.791297000001E+12", 1_791_297_000_001), ("0", 0),
        ] as [(String, Int64)]
    )
    func timesAreExactInEveryForm(text: String, time: Int64) throws {
        #expect(try page("{\"results\":[{\"t\":\(text),\"v\":1}]}").startMs == [time])
    }

    @Test func whatABarMayLackIsUnknown() throws {
        let page = try page("{\"results\":[{\"t\":5,\"v\":7},{\"vw\":null,\"n\":null,\"v\":7,\"t\":6,\"otc\":true}]}")
        #expect(page.volume == [7, 7] && page.trades == [-1, -1] && page.vwap.allSatisfy(\.isNaN))
        #expect(page.malformed == 0)
    }

    @Test(arguments: [
        "7", "null", "\"bar\"", "[]", "[{\"t\":1,\"v\":1}]", "true", "{}", "{\"t\":5}", "{\"v\":5}",
        "{\"t\":\"5\",\"v\":1}", "{\"t\":null,\"v\":1}", "{\"t\":-5,\"v\":1}", "{\"t\":5,\"v\":null}",
        "{\"t\":5,\"v\":\"100\"}", "{\"t\":5,\"v\":[1]}", "{\"t\":5,\"v\":1,\"n\":\"x\"}",
        "{\"t\":5,\"v\":1,\"vw\":{}}", "{\"t\":1e300,\"v\":1}", "{\"t\":99999999999999999999,\"v\":1}",
        "{\"t\":1.2.3,\"v\":1}",
    ])
    func aMalformedElementCostsOnlyItself(element: String) throws {
        let good = [BarJSON.bar(Self.startMs), BarJSON.bar(Self.startMs + 300_000)]
        let page = try page(BarJSON.page([good[0], element, good[1]], next: "http://h/p"))
        #expect(page.startMs == [Self.startMs, Self.startMs + 300_000])
        #expect(page.malformed == 1 && page.nextURL == "http://h/p")
    }

    @Test(arguments: ["1e999", "-1e999"])
    func aVolumeBeyondEveryNumberIsNone(text: String) throws {
        let page = try page(BarJSON.page([BarJSON.bar(Self.startMs, volume: text)]))
        #expect(page.volume.count == 1 && page.volume[0].isNaN && page.malformed == 0)
    }

    @Test(arguments: ["-1", "1e10", "3e9"])
    func anAbsurdNumberOfTradesIsUnknown(text: String) throws {
        #expect(try page(BarJSON.page([BarJSON.bar(Self.startMs, trades: text)])).trades == [-1])
    }

    @Test(arguments: [
        "{\"status\":\"OK\",\"queryCount\":0,\"resultsCount\":0}", "{\"status\":\"DELAYED\"}", "{\"resultsCount\":0.0}",
        "{\"status\":\"OK\",\"results\":null}", "{\"status\":\"OK\",\"results\":[]}", "{\"results\":[]}",
    ])
    func resultsThatAreLeftOutAreNone(text: String) throws {
        let page = try page(text)
        #expect(page.startMs.isEmpty && page.nextURL == nil && page.malformed == 0)
    }

    @Test(arguments: [
        ("", DecodeError.empty), (" \n", .empty), ("<html>502</html>", .html), ("{}", .unexpected), ("[]", .unexpected),
        ("{\"resultsCount\":3,\"status\":\"OK\"}", .unexpected), ("{\"status\":\"OK\",\"results\":7}", .unexpected),
        ("{\"status\":\"OK\",\"results\":{}}", .unexpected), ("{\"status\":\"ERROR\"}", .unexpected),
        ("{\"status\":\"ERROR\",\"error\":\"later\"}", .vendor("later")), ("{\"ok\":true}", .unexpected),
        ("{\"results\":[{\"t\":1,\"v", .truncated), ("{\"results\":[{\"t\":1 \"v\":1}]}", .malformed),
        ("{\"results\":[]} {\"results\":[]}", .malformed), ("{\"results\":[],\"next_url\":7}", .unexpected),
    ])
    func aBodyThatIsNoAnswerIsNamedForWhatItIs(text: String, expected: DecodeError) {
        #expect(error(text) == expected)
    }

    @Test func aBodyIsRefusedWhereverItIsCutOff() throws {
        let bytes = Array(BarJSON.page([BarJSON.bar(1), BarJSON.bar(2)], next: "http://h/p").utf8)
        for length in 0..<bytes.count {
            let body = ResponseBody(copying: Array(bytes[..<length]))
            #expect(throws: DecodeError.self, "cut at \(length)") { try decoder.barPage(body) }
        }
        #expect(try decoder.barPage(ResponseBody(copying: bytes)).startMs == [1, 2])
    }

    @Test func theNextAddressIsKeptAsItIsUpToItsBound() throws {
        func next(_ length: Int) throws -> String? {
            try page(BarJSON.page([], next: String(repeating: "u", count: length))).nextURL
        }
        #expect(try page("{\"status\":\"OK\",\"next_url\":null}").nextURL == nil)
        #expect(try next(0) == "")
        #expect(try next(4096)?.count == 4096)
        #expect(throws: DecodeError.unexpected) { try next(4097) }
        #expect(throws: DecodeError.unexpected) { try page("{\"status\":\"OK\",\"next_url\":\"a\\u0000b\"}") }
        let escaped = "{\"next_url\":\"http:\\/\\/h\\/p?a=1\\u0026b=2\",\"status\":\"OK\"}"
        #expect(try page(escaped).nextURL == "http://h/p?a=1&b=2")
    }

    @Test func moreBarsThanAPageHasAreAnError() throws {
        func body(_ count: Int) -> String {
            "{\"results\":[\(Array(repeating: "{\"t\":1,\"v\":1}", count: count).joined(separator: ","))]}"
        }
        #expect(try page(body(65_536)).startMs.count == 65_536)
        #expect(error(body(65_537)) == .tooMany(limit: 65_536))
        #expect(try page(BarJSON.page([BarJSON.bar(1)])).startMs == [1])
    }

    // MARK: Grouped

    @Test func groupedBarsAreOfTheDayTheyEndOn() throws {
        let day = try DayID.of("2026-10-05")
        let ends = [
            ("IN", day.ms(16)), ("NIGHT", day.adding(days: 1).ms(0)), ("OLD", day.adding(days: -1).ms(16)),
            ("NEXT", day.adding(days: 1).ms(16)),
        ]
        let rows = ends.map { BarJSON.daily($0.0, endMs: $0.1) } + [BarJSON.daily("BACpM", endMs: 0)]
        let page = try decoder.dailyBars(ResponseBody(BarJSON.page(rows)), of: day)
        #expect(page.rows.map(\.symbol.text) == ["IN", "NIGHT", "BACpM"] && page.rejected == 2)
        let first = try #require(page.rows.first)
        #expect(first.open == 10 && first.high == 11 && first.low == 9.5 && first.close == 10.5)
        #expect(first.volume == 5000 && first.vwap == 10.2 && first.trades == 12)
    }

    @Test(
        arguments: [
            ("v", "9", true), ("v", "0", true), ("v", "-1", false), ("v", "1e300", false), ("v", "1e999", false),
            ("v", "\"9\"", false), ("v", nil, false), ("o", "0", false), ("o", "null", false), ("o", nil, false),
            ("h", "1", false), ("c", "-2", false), ("l", "[]", false), ("T", "\"two words\"", false), ("T", "7", false),
            ("T", nil, false), ("t", nil, true), ("t", "\"x\"", false), ("n", "7", true), ("vw", "0", true),
        ] as [(String, String?, Bool)]
    )
    func aGroupedBarNeedsASymbolPricesAndAVolume(key: String, value: String?, isUsable: Bool) throws {
        let day = try DayID.of("2026-10-05")
        var members = ["T": "\"A\"", "o": "10", "h": "11", "l": "9", "c": "10", "v": "9", "t": "\(day.ms(16))"]
        members[key] = value
        let element = members.keys.sorted().map { "\"\($0)\":\(members[$0] ?? "")" }.joined(separator: ",")
        let rows = ["{\(element)}", BarJSON.daily("B", endMs: 0)]
        let page = try decoder.dailyBars(ResponseBody(BarJSON.page(rows)), of: day)
        #expect(page.rows.map(\.symbol.text) == (isUsable ? ["A", "B"] : ["B"]))
        #expect(page.rejected == (isUsable ? 0 : 1))
        if isUsable { #expect(page.rows[0].vwap.isNaN && page.rows[0].trades == (key == "n" ? 7 : nil)) }
    }

    // MARK: Splits and listings

    @Test(arguments: [
        ("1", "4", 4.0), ("15", "1", 1.0 / 15), ("1", "1.05", 1.05), ("1.0", "1e1", 10), ("2", "3.0", 1.5),
    ])
    func splitsMayBeReverseOrFractional(from: String, to: String, factor: Double) throws {
        let body = "{\"results\":[\(BarJSON.split("MGRX", "2026-10-06", from: from, to: to))],\"status\":\"OK\"}"
        let page = try decoder.splits(ResponseBody(body))
        #expect(page.rows.map(\.factor) == [factor] && page.rejected == 0)
        #expect(page.rows.map(\.symbol.text) == ["MGRX"] && page.rows.map(\.executionDate.iso) == ["2026-10-06"])
    }

    @Test(arguments: [
        "7", "{}", BarJSON.split("A", "2026-10-06", from: "0", to: "1"),
        BarJSON.split("A", "2026-10-06", from: "1", to: "-1"),
        BarJSON.split("A", "2026-10-06", from: "\"1\"", to: "2"), BarJSON.split("A", "2026-02-30", from: "1", to: "2"),
        BarJSON.split("A", "soon", from: "1", to: "2"), BarJSON.split("", "2026-10-06", from: "1", to: "2"),
        BarJSON.split("A", "2026-10-06", from: "1e999", to: "2"),
        BarJSON.split("A", "2026-10-06", from: "null", to: "2"),
        BarJSON.split("A B", "2026-10-06", from: "1", to: "2"),
    ])
    func aSplitThatIsNoneCostsOnlyItself(element: String) throws {
        let good = """
            {"adjustment_type":"forward_split","historical_adjustment_factor":0.25,\
            "ticker":"NVDA","execution_date":"2024-06-10","split_to":10.0,"split_from":1}
            """
        let page = try decoder.splits(ResponseBody("{\"results\":[\(element),\(good)],\"next_url\":\"http://h/x\"}"))
        #expect(page.rows.map(\.symbol.text) == ["NVDA"] && page.rejected == 1 && page.nextURL == "http://h/x")
    }

    @Test(
        arguments: [
            (
                "{\"status\":\"OK\",\"results\":{\"ticker\":\"A\",\"list_date\":\"1980-12-12\",\"market_cap\":3.8e12}}",
                "1980-12-12"
            ),
            ("{\"results\":{\"address\":{\"list_date\":\"1999-01-01\"},\"ticker\":\"A\"}}", nil),
            ("{\"results\":{\"list_date\":null}}", nil), ("{\"results\":{\"list_date\":\"1980\"}}", nil),
            ("{\"results\":{\"list_date\":19801212}}", nil), ("{\"results\":{}}", nil),
            ("{\"results\":{\"list_date\":\"1980-12-12T00:00:00Z and more\"}}", nil),
        ] as [(String, String?)]
    )
    func aListingDateIsReadOrUnknown(body: String, date: String?) throws {
        #expect(try decoder.listing(ResponseBody(body))?.iso == date)
    }

    @Test(arguments: [
        "{}", "{\"status\":\"OK\"}", "{\"status\":\"OK\",\"results\":[]}", "{\"status\":\"OK\",\"results\":null}",
        "<html>",
        "{\"results\":{\"list_date\":\"1980-12-12\"", "{\"error\":\"x\"}",
    ])
    func detailsWithoutATickerAreAnError(body: String) {
        #expect(throws: DecodeError.self) { try decoder.listing(ResponseBody(body)) }
    }

    @Test func decodersOfAllKindsTakeTurns() throws {
        let snapshot = SnapshotJSON.body([SnapshotJSON.ticker("AAA")])
        for _ in 0..<3 {
            #expect(try decoder.decode(snapshot).get().count == 1)
            #expect(try page(BarJSON.page([BarJSON.bar(5)], next: "http://h/p")).nextURL == "http://h/p")
            #expect(try page(BarJSON.page([BarJSON.bar(5)])).nextURL == nil)
            #expect(throws: DecodeError.self) { try page("{\"results\":[{") }
            #expect(try decoder.listing(ResponseBody("{\"results\":{}}")) == nil)
        }
    }

    /// Fresh seeds in every run, shown with each failure, beside fixed ones.
    static let seeds: [UInt64] = [1, 2, 3] + (0..<5).map { _ in UInt64.random(in: .min ... .max) }

    @Test(arguments: seeds)
    func randomDamageNeverBreaksTheDecoder(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let day = try DayID.of("2026-10-05")
        let split = BarJSON.split("A", "2026-10-05", from: "1", to: "4")
        let bodies = [
            BarJSON.page((0..<5).map { BarJSON.bar(day.ms(10, $0)) }, next: "http://h/p"),
            BarJSON.page((0..<5).map { BarJSON.daily("S\($0)", endMs: day.ms(16)) }),
            "{\"status\":\"OK\",\"results\":[\(split),\(split)],\"next_url\":\"http://h/x\"}",
            "{\"results\":{\"ticker\":\"A\",\"list_date\":\"1980-12-12\"},\"count\":1}",
        ]
        let decoder = PolygonDecoder()
        var read = 0
        for round in 0..<2000 {
            var bytes = Array(bodies[round % bodies.count].utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: at)
                default:
                    bytes.insert(contentsOf: Array("{}[]\",:0e-nt".utf8).shuffled(using: &generator).prefix(2), at: at)
                }
            }
            let body = ResponseBody(copying: bytes)
            // What is read has a shape; what is not, a reason.
            if let page = try? decoder.barPage(body) {
                read += 1
                let rows = page.startMs.count
                #expect(page.volume.count == rows && page.vwap.count == rows && page.trades.count == rows)
                #expect(page.startMs.allSatisfy { $0 >= 0 } && page.trades.allSatisfy { $0 >= -1 })
            }
            if let page = try? decoder.dailyBars(body, of: day) {
                #expect(page.rows.allSatisfy { $0.low > 0 && $0.high >= $0.low && $0.volume >= 0 })
            }
            if let page = try? decoder.splits(body) { #expect(page.rows.allSatisfy { $0.factor > 0 }) }
            _ = try? decoder.listing(body)
        }
        #expect(read > 0 && read < 2000)
    }
}
