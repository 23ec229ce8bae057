import Feeds
import MarketData
import Network
import Testing

/// Random frames in random spelling, read back; and damaged ones, survived.
@Suite struct StreamDecoderRandomTests {
    /// Fresh seeds in every run, shown with each failure, beside fixed ones.
    static let seeds: [UInt64] = [1, 2, 3] + (0..<20).map { _ in UInt64.random(in: .min ... .max) }

    private struct Writer {
        var generator: SeededGenerator

        mutating func pick<Element>(_ choices: [Element]) -> Element {
            choices[Int.random(in: 0..<choices.count, using: &generator)]
        }

        /// A positive number in one of the forms JSON allows, with its value.
        mutating func number() -> (String, Double) {
            let whole = Int.random(in: 1...999_999, using: &generator)
            let fraction = Int.random(in: 0...999_999, using: &generator)
            let text = pick([
                "\(whole)", "\(whole).0", "\(whole).\(fraction)", "\(whole)e\(fraction % 9)", "0.00\(whole)",
                "\(whole).\(fraction)E-2", "\(Double(whole) / 7)", "\(whole).00000000000000000\(fraction)",
            ])
            return (text, Double(text) ?? .nan)
        }

        mutating func time() -> (String, Int64) {
            let milliseconds = Int64.random(in: 1_600_000_000_000...1_900_000_000_000, using: &generator)
            let digits = "\(milliseconds)"
            return (
                pick([
                    digits, digits + ".0", digits + "000", digits + "000000",
                    "\(digits.prefix(1)).\(digits.dropFirst())e12",
                ]),
                milliseconds * 1_000_000
            )
        }

        /// An object of members in random order, with members nobody knows among them.
        mutating func object(_ members: [String]) -> String {
            var all = members
            if pick([true, false, false]) { all.append("\"zz\":[1,{\"p\":2,\"c\":\"}\"},\"\\\"]\"]") }
            if pick([true, false, false]) { all.append("\"z\":9.3e+18") }
            all.shuffle(using: &generator)
            let blank = pick(["", "", " ", "\n\t"])
            return "{" + blank + all.joined(separator: blank + "," + blank) + blank + "}"
        }

        mutating func fields(_ names: [String], _ values: inout [String: Double]) -> [String] {
            names.map { name in
                let (text, value) = number()
                values[name] = value
                return "\"\(name)\":\(text)"
            }
        }
    }

    private struct Wanted {
        var kind: String
        var symbol: String
        var time: Int64
        var values: [String: Double]
    }

    private func element(_ writer: inout Writer) -> (String, Wanted) {
        let kind = writer.pick(["T", "Q", "A", "AM", "LULD"])
        let symbol = writer.pick(["AAPL", "BRK.B", "BACpM", "ACHR.WS", "A", "ABCDEFGHIJKLMNOP"])
        let (text, time) = writer.time()
        var values: [String: Double] = [:]
        var members = ["\"ev\":\"\(kind)\"", "\"\(kind == "LULD" ? "T" : "sym")\":\"\(symbol)\""]
        switch kind {
        case "T": members += writer.fields(["p", "s"], &values) + ["\"t\":\(text)"]
        case "Q": members += writer.fields(["bp", "ap", "bs", "as"], &values) + ["\"t\":\(text)"]
        case "LULD": members += writer.fields(["h", "l"], &values) + ["\"t\":\(text)"]
        default:
            members += writer.fields(["v", "av", "a", "op", "o", "c"], &values) + ["\"s\":\(text)"]
            members += ["\"h\":1e9", "\"l\":0.1"]
        }
        return (writer.object(members), Wanted(kind: kind, symbol: symbol, time: time, values: values))
    }

    @Test(arguments: seeds)
    func whatIsWrittenIsReadBackInOrder(seed: UInt64) {
        var writer = Writer(generator: SeededGenerator(seed: seed))
        let count = Int.random(in: 1...200, using: &writer.generator)
        let elements = (0..<count).map { _ in element(&writer) }
        let frames = StreamDecoder().decode(StreamJSON.frame(elements.map(\.0)))
        let batch = frames.batch
        #expect(batch.eventCount == count && batch.rejections.total == 0 && batch.isRectangular, "seed \(seed)")
        var rows: [String: Int] = [:]
        for (text, wanted) in elements {
            let table = wanted.kind == "AM" ? "A" : wanted.kind
            let row = rows[table, default: 0]
            rows[table] = row + 1
            let (symbol, time, read): (Int32, Int64, [String: Double])
            switch table {
            case "T":
                (symbol, time) = (batch.trades.symbol[row], batch.trades.time[row])
                read = ["p": batch.trades.price[row], "s": batch.trades.size[row]]
            case "Q":
                (symbol, time) = (batch.quotes.symbol[row], batch.quotes.time[row])
                read = [
                    "bp": batch.quotes.bid[row], "ap": batch.quotes.ask[row], "bs": batch.quotes.bidSize[row],
                    "as": batch.quotes.askSize[row],
                ]
            case "LULD":
                (symbol, time) = (batch.bands.symbol[row], batch.bands.time[row])
                read = ["h": batch.bands.upper[row], "l": batch.bands.lower[row]]
            default:
                (symbol, time) = (batch.bars.symbol[row], batch.bars.start[row])
                read = [
                    "v": batch.bars.volume[row], "av": batch.bars.accumulated[row], "a": batch.bars.dayVWAP[row],
                    "op": batch.bars.officialOpen[row], "o": batch.bars.open[row], "c": batch.bars.close[row],
                ]
                #expect(batch.bars.isMinute[row] == (wanted.kind == "AM"), "seed \(seed) \(text)")
            }
            #expect(batch.symbols[Int(symbol)].text == wanted.symbol && time == wanted.time, "seed \(seed) \(text)")
            #expect(read == wanted.values, "seed \(seed) \(text)")
        }
    }

    /// Values that replace one of an event's, none of which breaks the array.
    private static let odd = [
        "null", "-1", "0", "1e999", "\"x\"", "\"\"", "[]", "{}", "[1,{\"a\":[2]}]", "true", "NaN", "\"\\u0000\"",
        "1e16",
    ]

    @Test(arguments: seeds)
    func everyElementOfAWellFormedArrayIsCountedOnce(seed: UInt64) {
        var writer = Writer(generator: SeededGenerator(seed: seed))
        let decoder = StreamDecoder()
        for _ in 0..<50 {
            let count = Int.random(in: 0...40, using: &writer.generator)
            let elements = (0..<count).map { _ in
                let kind = writer.pick(["T", "Q", "A", "AM", "LULD", "NOI", "status", "", "x"])
                let names = ["sym", "T", "p", "s", "t", "c", "i", "x", "bp", "v", "e", "h", "ds", "dv", "status", "q"]
                let members = names.filter { _ in writer.pick([true, false]) }.map { name in
                    "\"\(name)\":\(writer.pick(Self.odd + ["\"A\"", "1791297014912", "1", "[37]"]))"
                }
                return writer.pick([writer.object(["\"ev\":\"\(kind)\""] + members), writer.pick(Self.odd)])
            }
            let frames = decoder.decode(StreamJSON.frame(elements))
            #expect(frames.elements == count && frames.batch.rejections.badFrames == 0, "seed \(seed) \(elements)")
            #expect(frames.batch.isRectangular, "seed \(seed)")
        }
    }

    @Test(arguments: seeds)
    func damagedBytesNeverCrashNorMakeARaggedBatch(seed: UInt64) {
        var writer = Writer(generator: SeededGenerator(seed: seed))
        let decoder = StreamDecoder()
        var frames = DecodedFrames()
        for _ in 0..<300 {
            var bytes = Array(StreamJSON.frame((0..<4).map { _ in element(&writer).0 }).utf8)
            for _ in 0..<Int.random(in: 1...6, using: &writer.generator) {
                let place = Int.random(in: 0..<bytes.count, using: &writer.generator)
                switch writer.pick([0, 1, 2]) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &writer.generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(writer.pick(Array("{}[],:\"\\-e0N".utf8)), at: place)
                }
            }
            decoder.decode(bytes, behind: writer.pick([0, 0x2C, 0x7D]), into: &frames)
            if writer.pick([true, false, false]) {
                check(frames.batch, seed: seed)
                frames = DecodedFrames()
            }
        }
        check(frames.batch, seed: seed)
    }

    private func check(_ batch: StreamBatch, seed: UInt64) {
        #expect(batch.isRectangular, "seed \(seed)")
        #expect(
            zip(batch.trades.price, batch.trades.size).allSatisfy { $0 > 0 && $0 <= 1e15 && $1 > 0 },
            "seed \(seed)"
        )
        for times in [batch.trades.time, batch.quotes.time, batch.bars.start, batch.bands.time] {
            #expect(
                times.allSatisfy { $0 >= 946_684_800_000_000_000 && $0 < 4_102_444_800_000_000_000 },
                "seed \(seed)"
            )
        }
    }
}
