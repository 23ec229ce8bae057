import MarketTime
import Simulator
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        (Int64(0), "0"), (7, "7"), (-42, "-42"), (130_149_192, "130149192"), (.max, "9223372036854775807"),
    ])
    func integersAreWrittenInFull(value: Int64, text: String) {
        let json = JSONBytes(capacity: 1)
        json.integer(value)
        #expect(String(decoding: json.array, as: UTF8.self) == text)
    }

    @Test func everyNumberOfDigitsIsCounted() {
        var power: Int64 = 1
        for digits in 1...18 {
            for value in [power, power + 1, power * 10 - 1, power * 5, power * 3 + 64] {
                let json = JSONBytes(capacity: 1)
                json.integer(value)
                json.byte(0x2C)
                json.decimal(value, decimals: 0)
                json.byte(0x2C)
                json.decimal(value, decimals: 6, minimum: 6)
                let (whole, fraction) = (value / 1_000_000, String(value % 1_000_000))
                let padded = String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
                #expect(
                    String(decoding: json.array, as: UTF8.self) == "\(value),\(value),\(whole).\(padded)",
                    "\(digits)"
                )
            }
            if digits < 18 { power *= 10 }
        }
    }

    @Test(arguments: [
        (Int64(2_583_700), 4, 0, "258.37"), (2_520_000, 4, 1, "252.0"), (2_520_000, 4, 0, "252"), (5, 4, 0, "0.0005"),
        (-148_000, 4, 0, "-14.8"), (-5, 4, 0, "-0.0005"), (28_114_250_100, 6, 6, "28114.250100"),
    ])
    func decimalsLoseNothing(value: Int64, decimals: Int, minimum: Int, text: String) {
        let json = JSONBytes()
        json.decimal(value, decimals: decimals, minimum: minimum)
        #expect(String(decoding: json.array, as: UTF8.self) == text)
    }

    @Test(arguments: [
        (Int64(130_149_192), "1.30149192e+08"), (1_000, "1e+03"), (0, "0"), (44_664_118, "4.4664118e+07"),
        (1_234_567_890_123, "1.234567890123e+12"),
    ])
    func exponentialFormsAreTheVendors(value: Int64, text: String) {
        let json = JSONBytes()
        json.exponential(value)
        #expect(String(decoding: json.array, as: UTF8.self) == text)
    }

    @Test func textIsEscaped() {
        let json = JSONBytes()
        json.string("a\"b\\c\u{1b}[31m\u{1}é")
        #expect(String(decoding: json.array, as: UTF8.self) == "\"a\\\"b\\\\c\\u001b[31m\\u0001é\"")
    }

    @Test func decimalVolumesAreStringsOfSixPlacesOrWhole() {
        let json = JSONBytes()
        json.decimalVolume(4_989_000_000)
        json.decimalVolume(7_300)
        #expect(String(decoding: json.array, as: UTF8.self) == "\"4989.0\"\"0.007300\"")
    }

    @Test(arguments: [(3, 31), (8, 0), (10, 30), (21, 0)])
    func theFullSnapshotIsOneJSONValue(hour: Int, minute: Int) throws {
        let cursor = MarketCursor(smallMarket(seed: 4, count: 300))
        cursor.advance(to: moment(openingDay(), hour, minute, 7))
        let json = JSONBytes()
        cursor.writeFullSnapshot(into: json)
        var check = JSONCheck(json.array)
        let isValid = check.isOneValue()
        #expect(isValid)
        #expect(check.strings.contains("BACpM"))
    }

    @Test func numbersComeInAllTheirForms() {
        let cursor = MarketCursor(smallMarket(seed: 4, count: 400))
        cursor.advance(to: moment(openingDay(), 10, 30, 7))
        let json = JSONBytes()
        cursor.writeFullSnapshot(into: json)
        var check = JSONCheck(json.array)
        let isValid = check.isOneValue()
        #expect(isValid)
        for field in ["av", "v", "s"] {
            let spellings = check.numbers[field] ?? []
            #expect(spellings.contains { $0.allSatisfy(\.isNumber) }, "\(field) as integer")
            #expect(spellings.contains { $0.hasSuffix(".0") }, "\(field) as float")
            #expect(field == "s" || spellings.contains { $0.contains("e+") }, "\(field) in exponential form")
        }
        #expect((check.numbers["v"] ?? []).contains { $0.contains(".") && !$0.hasSuffix(".0") && !$0.contains("e") })
        #expect((check.numbers["todaysChangePerc"] ?? []).contains { $0.utf8.count > 14 })
        let text = String(decoding: json.array, as: UTF8.self)
        #expect(text.contains("\"c\":null"))
        #expect(text.contains("\"c\":[]"))
        #expect(text.contains("\"lastTrade\":{\"i\""))
        let items = text.split(separator: "{\"ticker\":").dropFirst()
        #expect(items.contains { !$0.contains("\"min\"") } && items.contains { !$0.contains("\"lastQuote\"") })
    }

    @Test func theAccumulatedVolumeLessTheMinutesIsWhatCameBefore() {
        let cursor = MarketCursor(smallMarket(seed: 9, count: 200))
        cursor.advance(to: moment(openingDay(), 11, 17, 40))
        for (ticker, state) in cursor.states.enumerated() where state.minute != nil {
            let json = JSONBytes()
            cursor.writeItem(ticker, into: json)
            let minute = String(decoding: json.array, as: UTF8.self).split(separator: "\"min\":").last ?? ""
            var check = JSONCheck(Array(minute.prefix(while: { $0 != "}" }).utf8) + [0x7D])
            let isValid = check.isOneValue()
            #expect(isValid)
            let total = check.numbers["av"]?.first.flatMap(Double.init) ?? -1
            let own = check.numbers["v"]?.first.flatMap(Double.init) ?? -1
            #expect(total - own == Double(state.volumeBeforeMinute))
        }
    }
}
