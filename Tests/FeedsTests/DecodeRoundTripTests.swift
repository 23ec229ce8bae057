import Feeds
import MarketData
import Network
import Testing

/// Writes random snapshots in random spelling and expects to read back what was meant.
@Suite struct DecodeRoundTripTests {
    /// Fresh seeds in every run, shown with each failure, beside fixed ones.
    static let seeds: [UInt64] = [1, 2, 3] + (0..<30).map { _ in UInt64.random(in: .min ... .max) }

    private struct Writer {
        var generator: SeededGenerator

        mutating func chance(_ part: Int) -> Bool { Int.random(in: 0..<part, using: &generator) == 0 }

        /// A positive number in one of the forms JSON allows, with its value.
        mutating func number() -> (String, Double) {
            let whole = Int.random(in: 1...999_999, using: &generator)
            let fraction = Int.random(in: 0...999_999, using: &generator)
            let power = Int.random(in: -4...8, using: &generator)
            let texts = [
                "\(whole)", "\(whole).0", "\(whole).\(fraction)", "\(whole)e\(power)",
                "\(whole).\(fraction)E+\(abs(power))",
                "0.00\(whole)", "\(Double(whole) / 7)",
            ]
            let text = texts[Int.random(in: 0..<texts.count, using: &generator)]
            return (text, Double(text) ?? .nan)
        }

        mutating func nanoseconds() -> (String, Int64) {
            let time = Int64.random(in: 1_600_000_000_000_000_000...1_900_000_000_000_000_000, using: &generator)
            let digits = "\(time)"
            let texts = [digits, "\(digits).0", "\(digits.prefix(1)).\(digits.dropFirst())e+18", "\(digits)0e-1"]
            return (texts[Int.random(in: 0..<texts.count, using: &generator)], time)
        }

        mutating func blank() -> String { ["", "", " ", "\n", "\t \r\n"][Int.random(in: 0..<5, using: &generator)] }

        /// An object of members in random order, with members nobody knows among them.
        mutating func object(_ members: [String]) -> String {
            var all = members
            if chance(3) { all.append("\"zz\":[1,{\"p\":2,\"c\":\"}\"},\"\\\"]\"]") }
            if chance(3) { all.append("\"dv\":\"123.5\"") }
            all.shuffle(using: &generator)
            return "{" + blank() + all.joined(separator: blank() + "," + blank()) + blank() + "}"
        }
    }

    /// One ticker: its JSON and what each column must hold.
    private func element(_ index: Int, _ writer: inout Writer) -> (String, [String: Double], [String: Int64]) {
        let objects = [
            "lastTrade": ["p"], "min": ["c", "h", "l", "v", "av", "n"], "day": ["o", "h", "l", "c", "v", "vw"],
            "prevDay": ["c", "v"], "lastQuote": ["p", "P", "s", "S"],
        ]
        var members = ["\"ticker\":\"S\(index).a\""]
        var doubles: [String: Double] = [:]
        var times: [String: Int64] = [:]
        for name in objects.keys.sorted() where !writer.chance(6) {
            var fields: [String] = []
            for field in objects[name] ?? [] where !writer.chance(8) {
                let (text, value) = writer.number()
                fields.append("\"\(field)\":\(text)")
                doubles["\(name).\(field)"] = value
            }
            if name == "lastTrade" {
                let (text, value) = writer.nanoseconds()
                fields.append("\"t\":\(text)")
                times["lastTrade.t"] = value
            }
            if name == "lastQuote" {
                let (text, value) = writer.nanoseconds()
                fields.append("\"t\":\(text)")
                times["lastQuote.t"] = value
            }
            if name == "min" {
                let milliseconds = Int64.random(in: 1...1_900_000_000_000, using: &writer.generator)
                fields.append("\"t\":\(milliseconds)")
                times["min.t"] = milliseconds * 1_000_000
            }
            members.append("\"\(name)\":\(writer.object(fields))")
        }
        let (text, value) = writer.nanoseconds()
        members.append("\"updated\":\(text)")
        times["updated"] = value
        return (writer.object(members), doubles, times)
    }

    @Test(arguments: seeds)
    func whatIsWrittenIsReadBack(seed: UInt64) throws {
        var writer = Writer(generator: SeededGenerator(seed: seed))
        let count = Int.random(in: 1...40, using: &writer.generator)
        let elements = (0..<count).map { element($0, &writer) }
        let body = SnapshotJSON.body(elements.map(\.0))
        let batch = try PolygonDecoder().decode(body).get()
        #expect(batch.count == count && batch.isRectangular && batch.rejections.total == 0, "seed \(seed)")
        #expect(batch.bodyBytes == body.utf8.count, "seed \(seed)")
        for (row, wanted) in elements.enumerated() {
            #expect(batch.symbols[row].text == "S\(row).a", "seed \(seed)")
            for (name, column) in batch.doubles {
                let expected = wanted.1[name]
                #expect(
                    expected == nil ? column[row].isNaN : column[row] == expected,
                    "seed \(seed) \(name) row \(row)"
                )
            }
            for (name, column) in batch.times {
                #expect(column[row] == wanted.2[name] ?? 0, "seed \(seed) \(name) row \(row)")
            }
        }
    }

    @Test(arguments: seeds)
    func damagedBytesNeverCrashNorMakeARaggedBatch(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let good = Array(SnapshotJSON.body(["A", "B"].map { SnapshotJSON.ticker($0) }).utf8)
        let decoder = PolygonDecoder()
        for _ in 0..<200 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(Array("{}[],:\"\\-e0N".utf8).randomElement(using: &generator) ?? 0, at: place)
                }
            }
            do throws(DecodeError) {
                let batch = try decoder.snapshot(ResponseBody(copying: bytes))
                #expect(batch.isRectangular && batch.count <= 2, "seed \(seed)")
                for (name, column) in batch.doubles {
                    #expect(column.allSatisfy { $0.isNaN || ($0 >= 0 && $0 <= 1e15) }, "seed \(seed) \(name)")
                }
            } catch {
                #expect(!error.words.isEmpty, "seed \(seed)")
            }
        }
    }
}
