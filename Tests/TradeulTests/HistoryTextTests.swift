import EngineAPI
import MarketData
import MarketTime
import Network
import Testing

@testable import tradeul

@Suite struct HistoryTextTests {
    private static let day = DayID(year: 2026, month: 10, day: 5) ?? DayID(rawValue: 0)

    private func line(slot: Int, trades: Int? = 12, vwap: Double? = 189.98765) throws -> SlotLine {
        SlotLine(
            date: Self.day,
            symbol: try #require(Symbol("BRK.B")),
            slot: slot,
            volume: 1_234_567,
            trades: trades,
            vwap: vwap
        )
    }

    @Test func csvHasTheColumnsInTheirOrderAndEmptyFieldsForWhatIsNotKnown() throws {
        #expect(SlotFormat.csv.heading == "date,symbol,slot,slot_time,volume_accumulated,trades,vwap")
        #expect(
            SlotFormat.csv.text(try line(slot: 78), isFirst: true)
                == "2026-10-05,BRK.B,78,10:30,1234567,12,189.9877"
        )
        #expect(
            SlotFormat.csv.text(try line(slot: 191, trades: nil, vwap: nil), isFirst: false)
                == "2026-10-05,BRK.B,191,19:55,1234567,,"
        )
    }

    @Test func jsonIsOneArrayWhateverTheNumberOfLines() throws {
        let format = SlotFormat.json
        let text = try [
            format.heading, format.text(line(slot: 0), isFirst: true),
            format.text(line(slot: 1, trades: nil, vwap: nil), isFirst: false), format.footing,
        ].compactMap { $0 }.joined(separator: "\n")
        #expect(
            text == """
                [
                {"date":"2026-10-05","symbol":"BRK.B","slot":0,"slot_time":"04:00","volume_accumulated":1234567,"trades":12,"vwap":189.9877}
                ,{"date":"2026-10-05","symbol":"BRK.B","slot":1,"slot_time":"04:05","volume_accumulated":1234567,"trades":null,"vwap":null}
                ]
                """
        )
    }

    @Test func tableLinesAreAsWideAsTheirHeading() throws {
        let heading = try #require(SlotFormat.table.heading)
        #expect(SlotFormat.table.text(try line(slot: 78), isFirst: true).count == heading.count)
        #expect(SlotFormat.table.text(try line(slot: 0, trades: nil, vwap: nil), isFirst: true).count == heading.count)
    }

    @Test func theProgressLineTellsShareRateAndTimeLeftAndKeepsToItsWidth() {
        var status = BackfillStatus()
        status.phase = .bars
        status.done = 4731
        status.total = 11_000
        status.perSecond = 312
        status.secondsLeft = 20.1
        status.notFound = 12
        let line = BackfillText.progress(status, width: 200)
        #expect(
            line
                == "5-minute bars  [########------------]  43 %  4,731/11,000  312/s  21 s left  12 unknown to the vendor"
        )
        #expect(BackfillText.progress(status, width: 79).count == 79)
        #expect(BackfillText.progress(BackfillStatus(), width: 0).isEmpty)
    }

    @Test func flatFilesNeedAnIdAndTakeTheApiKeyForTheirSecret() throws {
        let key = LoadedKey(secret: Secret("api-key"), origin: "POLYGON_API_KEY")
        let id = ["POLYGON_S3_ACCESS_KEY_ID": "the-id"]
        let found = try FlatFileKeys.load(ProcessEnvironment(id), vendorKey: key)
        #expect(found == FlatFileKeys(id: "the-id", secret: Secret("api-key")))
        let both = id.merging(["AWS_SECRET_ACCESS_KEY": "own"]) { $1 }
        #expect(try FlatFileKeys.load(ProcessEnvironment(both), vendorKey: key).secret == Secret("own"))
        for (environment, vendorKey, status) in [
            ([:], key, tradeul.ExitStatus.keyRefused), (id, nil, .keyRefused),
            (["POLYGON_S3_ACCESS_KEY_ID": "a b"], key, .configuration),
            (id, LoadedKey(secret: Secret("a:b"), origin: "x"), .configuration),
        ] as [([String: String], LoadedKey?, tradeul.ExitStatus)] {
            let failure = #expect(throws: Failure.self) {
                try FlatFileKeys.load(ProcessEnvironment(environment), vendorKey: vendorKey)
            }
            #expect(failure?.status == status)
            #expect(failure?.sentence.contains("api-key") == false)
        }
    }

    @Test func aBackfillCutShortIsNotSaidToHaveNothingToDo() {
        #expect(BackfillText.phase(.idle) == "ended")
    }

    @Test func aReportOfOneDayNamesItOnceAndCountsHaveTheirNoun() {
        var report = BackfillReport()
        report.seconds = 0.4
        report.days = [Self.day]
        #expect(report.lines == ["0 symbol-days stored for 2026-10-05, in 1 s"])
        report.days = [Self.day, Self.day.adding(days: -3)]
        #expect(report.lines == ["0 symbol-days stored for 2 days, 2026-10-02 to 2026-10-05, in 1 s"])
        #expect(BackfillText.count(1, "split") == "1 split")
        #expect(BackfillText.count(4000, "split") == "4,000 splits")
    }

    @Test func aSymbolOfWhichNothingIsStoredIsNamed() throws {
        let symbols = try ["AAPL", "nope", "ZZZT"].map { try #require(Symbol($0)) }
        let words = try #require(BackfillText.nothingStored(Array(symbols.dropFirst())))
        #expect(words.hasPrefix("nothing is stored of nope, ZZZT for these days"))
        #expect(BackfillText.nothingStored([]) == nil)
        let many = try (0..<12).map { try #require(Symbol("S\($0)")) }
        #expect(BackfillText.nothingStored(many)?.contains("S9 and 2 more for these days") == true)
    }
}
