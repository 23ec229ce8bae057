import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

@Suite
struct HaltBookTests {
    private let second: Int64 = 1_000_000_000

    private func take(
        _ book: inout HaltBook,
        _ indicators: [Int],
        at seconds: Int64,
        upper: Double = .nan,
        lower: Double = .nan,
        row: Int = 3
    ) -> HaltChange {
        book.take(
            row: row,
            upper: upper,
            lower: lower,
            indicators: PackedCodes(packing: indicators),
            time: seconds * second
        )
    }

    private func mark(_ state: HaltState, _ seconds: Int64) -> HaltMark { HaltMark(state, since: seconds * second) }

    @Test func aHaltAndItsResumeAreKnownSinceWhen() {
        var book = HaltBook()
        #expect(take(&book, [15], at: 10, upper: 11, lower: 9) == .bands)
        #expect(take(&book, [17], at: 20) == .halted)
        #expect(book.mark(row: 3) == mark(.halted, 20))
        #expect(book.bands(row: 3) == (11, 9))
        #expect(take(&book, [18, 14], at: 320, upper: 12, lower: 10) == .resumed)
        #expect(book.mark(row: 3) == mark(.resumed, 320))
        #expect(book.bands(row: 3) == (12, 10))
        #expect(book.expire(now: Instant(seconds: 619)) == [])
        #expect(book.expire(now: Instant(seconds: 620)) == [3])
        #expect(book.mark(row: 3) == .none)
        #expect(book.mark(row: 2) == .none)
    }

    @Test func messagesSentAgainChangeNothingAndKeepSinceWhen() {
        var book = HaltBook()
        _ = take(&book, [17], at: 20, upper: 11, lower: 9)
        #expect(take(&book, [17], at: 20, upper: 11, lower: 9) == .none)
        #expect(take(&book, [17, 22], at: 30, upper: 11, lower: 9) == .none)
        #expect(take(&book, [22], at: 40, upper: 11.5, lower: 9) == .bands)
        #expect(book.mark(row: 3) == mark(.halted, 20))
        _ = take(&book, [18], at: 50)
        #expect(take(&book, [18], at: 55) == .none)
        #expect(book.mark(row: 3) == mark(.resumed, 50))
    }

    @Test func anOlderMessageNeverOverwritesANewerOne() {
        var book = HaltBook()
        _ = take(&book, [18], at: 50, upper: 11, lower: 9)
        #expect(take(&book, [17], at: 40, upper: 8, lower: 7) == .none)
        #expect(book.mark(row: 3) == mark(.resumed, 50))
        #expect(book.bands(row: 3) == (11, 9))
    }

    @Test func aHaltThatArrivesAfterNewerBandsIsAHalt() {
        var book = HaltBook()
        _ = take(&book, [15], at: 50, upper: 11, lower: 9)
        #expect(take(&book, [17], at: 49, upper: 8, lower: 7) == .halted)
        #expect(book.mark(row: 3) == mark(.halted, 49))
        #expect(book.bands(row: 3) == (11, 9))
    }

    @Test func aResumeWithoutAKnownHaltIsPublished() {
        var book = HaltBook()
        #expect(take(&book, [18], at: 50) == .resumed)
        #expect(book.mark(row: 3) == mark(.resumed, 50))
    }

    @Test(arguments: [(23, 24), (25, 26), (27, 28), (2, 1), (3, 1), (4, 28)] as [(Int, Int)])
    func limitStatesBeginAndEnd(_ begin: Int, _ end: Int) {
        var book = HaltBook()
        #expect(take(&book, [begin], at: 10) == .state)
        #expect(book.mark(row: 3) == mark(.limitState, 10))
        #expect(take(&book, [begin], at: 12) == .none)
        #expect(book.mark(row: 3) == mark(.limitState, 10))
        #expect(take(&book, [end], at: 15) == .state)
        #expect(book.mark(row: 3) == .none)
        #expect(take(&book, [end], at: 16) == .none)
    }

    @Test func aLimitStateNobodySpeaksOfEndsAndAHaltDoesNot() {
        var book = HaltBook()
        _ = take(&book, [23], at: 10)
        _ = take(&book, [23], at: 40, row: 3)
        _ = take(&book, [25], at: 10, row: 1)
        _ = take(&book, [17], at: 10, row: 2)
        #expect(book.expire(now: Instant(seconds: 75)) == [1])
        #expect(book.expire(now: Instant(seconds: 100)) == [3])
        #expect(book.expire(now: Instant(seconds: 50_000)) == [])
        #expect(book.mark(row: 2) == mark(.halted, 10))
    }

    @Test func duringAHaltLimitMessagesAreNoNews() {
        var book = HaltBook()
        _ = take(&book, [4], at: 5)
        #expect(take(&book, [17], at: 20) == .halted)
        for word in [23, 24, 1, 4] { #expect(take(&book, [word], at: 30) == .none) }
        #expect(book.mark(row: 3) == mark(.halted, 20))
        #expect(take(&book, [18], at: 25) == .resumed)
    }

    @Test func aHaltAgainAfterAResumeIsANewOne() {
        var book = HaltBook()
        _ = take(&book, [17], at: 20)
        _ = take(&book, [18], at: 320)
        #expect(take(&book, [17], at: 400) == .halted)
        #expect(book.mark(row: 3) == mark(.halted, 400))
        #expect(book.expire(now: Instant(seconds: 1000)) == [])
        #expect(book.mark(row: 3) == mark(.halted, 400))
    }

    @Test func tradesLongAfterAHaltEndItWhenTheResumeWasMissed() {
        var book = HaltBook()
        _ = take(&book, [17], at: 100)
        for late in [90, 101, 110, 115] as [Int64] {
            #expect(book.noteTrade(row: 3, time: late * second) == .none)
        }
        #expect(book.noteTrade(row: 3, time: 431 * second) == .none)
        #expect(book.noteTrade(row: 3, time: 430 * second) == .none)
        #expect(book.mark(row: 3) == mark(.halted, 100))
        #expect(book.noteTrade(row: 3, time: 432 * second) == .resumed)
        #expect(book.mark(row: 3) == mark(.resumed, 430))
        #expect(book.noteTrade(row: 3, time: 433 * second) == .none)
        #expect(book.noteTrade(row: 77, time: 433 * second) == .none)
        #expect(take(&book, [18], at: 429) == .none)
        #expect(take(&book, [17], at: 500) == .halted)
        #expect(book.noteTrade(row: 3, time: 600 * second) == .none)
    }

    @Test func bandsLeaveOnlyWithoutHours() {
        var book = HaltBook()
        _ = take(&book, [14], at: 10, upper: 11, lower: 9)
        #expect(take(&book, [16], at: 11) == .none)
        #expect(book.bands(row: 3) == (11, 9))
        #expect(take(&book, [16], at: 12, upper: 12) == .bands)
        #expect(book.bands(row: 3).upper == 12 && book.bands(row: 3).lower.isNaN)
        #expect(take(&book, [19], at: 13, upper: 12, lower: 10) == .bands)
        #expect(book.bands(row: 3).upper.isNaN && book.bands(row: 3).lower.isNaN)
        #expect(book.bands(row: 1).upper.isNaN)
    }

    static let several: [([Int], HaltChange)] = [
        ([17, 18], .halted), ([18, 17], .halted), ([4, 18], .resumed), ([18, 23], .resumed),
    ]

    @Test(arguments: several)
    func ofSeveralIndicatorsTheGravestCounts(_ indicators: [Int], _ expected: HaltChange) {
        var book = HaltBook()
        #expect(take(&book, indicators, at: 10) == expected)
    }

    @Test(arguments: [[], [15], [14], [20], [21], [22], [99], [255]] as [[Int]])
    func otherIndicatorsLeaveTheStateAlone(_ indicators: [Int]) {
        var book = HaltBook()
        #expect(take(&book, indicators, at: 10) == .none)
        _ = take(&book, [17], at: 20)
        #expect(take(&book, indicators, at: 30) == .none)
        #expect(book.mark(row: 3) == mark(.halted, 20))
    }

    @Test func aNewDayForgetsEverything() {
        var book = HaltBook()
        _ = take(&book, [17], at: 20, upper: 11, lower: 9)
        _ = take(&book, [18], at: 20, row: 4)
        book.resetDay()
        #expect(book.mark(row: 3) == .none)
        #expect(book.bands(row: 3).upper.isNaN)
        #expect(book.expire(now: Instant(seconds: 10_000)) == [])
        #expect(take(&book, [17], at: 5) == .halted)
    }

    private func spans(_ book: HaltBook, row: Int = 3, max: Int = 100) -> [String] {
        book.spans(row: row, max: max).map { span in
            "\(span.from.seconds)-\(span.until.map { "\($0.seconds)" } ?? "")"
        }
    }

    @Test func everyHaltOfTheDayIsKeptWithItsEnd() {
        var book = HaltBook()
        // A resume nobody saw begin, a halt told twice, a limit state: none is one more.
        for (indicator, time) in [(18, 5), (17, 10), (17, 11), (18, 20), (18, 21), (23, 30), (24, 31), (17, 40)] {
            _ = take(&book, [indicator], at: Int64(time))
        }
        _ = take(&book, [17], at: 41, row: 2)
        #expect(spans(book) == ["40-", "10-20"] && spans(book, row: 2) == ["41-"] && spans(book, row: 1).isEmpty)
        #expect(spans(book, max: 1) == ["40-"])
        // Trades that tell of a resume nobody heard end it at the first of them.
        for time in [60, 61, 62] { _ = book.noteTrade(row: 3, time: Int64(time) * second) }
        #expect(spans(book) == ["40-60", "10-20"])
        book.resetDay()
        #expect(spans(book).isEmpty)
    }

    @Test func ofTooManyHaltsTheLatestAreKept() {
        var book = HaltBook()
        for time in 0..<5000 as Range<Int64> {
            _ = take(&book, [17], at: time * 2)
            _ = take(&book, [18], at: time * 2 + 1)
        }
        let kept = spans(book, max: 10_000)
        #expect((3584...4096).contains(kept.count) && kept.first == "9998-9999")
        #expect(kept.last == "\((5000 - kept.count) * 2)-\((5000 - kept.count) * 2 + 1)")
    }
}
