import ArgumentParser
import Dashboard
import EngineAPI
import Glibc
import MarketTime
import Store

/// `tradeul calendar`: the trading days of a range, their hours, and what closes next.
struct CalendarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar",
        abstract: "Lists the exchanges' trading days with their hours, and what closes next.",
        discussion: """
            The exchanges' rules and the closures on record since 1990, corrected by what
            the vendor has said about single dates and the history file keeps. Times are
            New York's. The last two lines tell the first closed weekday and the first
            early close from the first date on.

            EXAMPLES:
              tradeul calendar                  today and the thirty days after it
              tradeul calendar --from 2026-12-01 --to 2027-01-31
              tradeul calendar --json | python3 -m json.tool

            \(ExitStatus.helpText)
            """
    )

    @Option(help: ArgumentHelp("First date, from 1990-01-01; today unless given.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Last date, to 2040-12-31; 30 days after the first unless given.", valueName: "date"))
    var to: String?

    @OptionGroup(title: "History") var store: StoreOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws { _ = try CalendarRange(from: from, to: to, today: CalendarRange.first) }

    func run() throws {
        let today = NewYork.wall(at: SystemClock().now()).day
        let range = try CalendarRange(from: from, to: to, today: today)
        let startup = Startup.read(overrides: try store.overrides())
        let corrections = CalendarCorrections.read(startup.storePath)
        Console.error(corrections.line)
        let listing = CalendarListing(range, ExchangeCalendar(overrides: corrections.days))
        if json {
            Console.data(listing.json)
        } else {
            for line in listing.lines { Console.data(Console.printable(line)) }
        }
    }
}

/// The dates asked for.
struct CalendarRange: Equatable, Sendable {
    let first: DayID
    let last: DayID

    /// The first date the record covers.
    static let first = DayID(rawValue: 7305)
    /// The last date the rules are vouched for: 2040-12-31.
    static let last = DayID(rawValue: 25_932)
    /// Days after the first one that are listed when no end is given.
    static let usualDays = 30

    /// The range of two texts, with the usual dates in place of those that are not given.
    ///
    /// - Throws: `ValidationError` (exit code 64) for what is no date, out of range, or the wrong way round.
    init(from: String?, to: String?, today: DayID) throws {
        let given = try (from: from.map { try Self.date($0, "--from") }, to: to.map { try Self.date($0, "--to") })
        let first = given.from ?? min(max(today, Self.first), Self.last)
        let last = given.to ?? min(first.adding(days: Self.usualDays), Self.last)
        guard first <= last else {
            let start = given.from == nil ? "today, \(first.iso); give --from too" : "--from \(first.iso)"
            throw ValidationError("--to \(last.iso) is before \(start)")
        }
        self.first = first
        self.last = last
    }

    private static func date(_ text: String, _ option: String) throws -> DayID {
        guard let date = DayID(iso: text) else {
            let shown = Console.printable(String(text.prefix(40)))
            throw ValidationError("\(option) \(shown): not a date such as 2026-11-27")
        }
        guard date >= Self.first, date <= Self.last else {
            throw ValidationError(
                "\(option) \(date.iso): the calendar reaches from \(Self.first.iso) to \(Self.last.iso)"
            )
        }
        return date
    }
}

/// What corrects the rules.
struct CalendarCorrections: Sendable {
    /// The days that the vendor has said something about.
    let days: [MarketDay]
    /// Where they come from, or why there are none.
    let line: String

    /// What a history file keeps; none when there is no such file, and the file is not made.
    ///
    /// A file that cannot be read corrects nothing: the rules stand, and the line says why.
    static func read(_ path: String?) -> Self {
        guard let path, access(path, F_OK) == 0 else {
            let place = path.map { "no history file \($0)" } ?? "no place for a history file"
            return Self(days: [], line: "calendar: by the exchanges' rules alone (\(place))")
        }
        do {
            let store = try TradeulStore(path: path)
            let days = try store.marketDays()
            try store.close()
            let count = days.count == 1 ? "1 date" : days.isEmpty ? "no date" : "\(days.count) dates"
            return Self(
                days: days,
                line: "calendar: by the exchanges' rules, \(count) corrected by the vendor (history file \(path))"
            )
        } catch let error as StoreError {
            return Self(days: [], line: "calendar: by the exchanges' rules alone: \(error.sentence)")
        } catch {
            return Self(days: [], line: "calendar: by the exchanges' rules alone: history file \(path): \(error)")
        }
    }
}

/// The days of a range, ready to be printed.
struct CalendarListing: Sendable {
    let range: CalendarRange
    /// Trading days and closed weekdays, oldest first.
    let days: [MarketDay]
    /// The first closed weekday from the range's first date on.
    let nextClosure: MarketDay?
    /// The first early close from the range's first date on.
    let nextEarlyClose: MarketDay?

    /// Looks a range up.
    init(_ range: CalendarRange, _ calendar: ExchangeCalendar) {
        self.range = range
        days = calendar.days(from: range.first, through: range.last)
            .filter { $0.isTradingDay || !$0.date.isWeekend }
        let eve = range.first.adding(days: -1)
        nextClosure = calendar.nextClosure(after: eve)
        nextEarlyClose = calendar.nextEarlyClose(after: eve)
    }

    /// The table for a trader.
    var lines: [String] {
        var lines = ["DATE        DAY  OPEN   CLOSE"]
        lines += days.map { day in
            let start = "\(day.date.iso)  \(TimeText.weekday(day.date))  "
            guard day.isTradingDay else { return start + "closed         \(day.reason)" }
            let hours = "\(TimeText.hourMinute(day.openSecond))  \(TimeText.hourMinute(day.closeSecond))"
            return start + (day.isIrregular ? "\(hours)   \(Self.mark(day)): \(day.reason)" : hours)
        }
        lines.append("")
        if let day = nextClosure {
            lines.append("next closure      \(day.date.iso) \(TimeText.weekday(day.date))  \(day.reason)")
        }
        if let day = nextEarlyClose {
            let time = TimeText.hourMinute(day.closeSecond)
            lines.append("next early close  \(day.date.iso) \(TimeText.weekday(day.date))  \(time)  \(day.reason)")
        }
        return lines
    }

    /// One object: `from`, `to`, `days`, `closed`, `next_closure`, `next_early_close` (the last two null when
    /// unknown).
    var json: String {
        let trading = days.filter(\.isTradingDay).map { day in
            JSONText.object([
                ("date", JSONText.quoted(day.date.iso)),
                ("open", JSONText.quoted(TimeText.hourMinute(day.openSecond))),
                ("close", JSONText.quoted(TimeText.hourMinute(day.closeSecond))),
                ("early", day.kind == .earlyClose ? "true" : "false"),
                ("reason", JSONText.quoted(day.reason)),
            ])
        }
        let early = nextEarlyClose.map { day in
            JSONText.object([
                ("date", JSONText.quoted(day.date.iso)),
                ("close", JSONText.quoted(TimeText.hourMinute(day.closeSecond))),
                ("reason", JSONText.quoted(day.reason)),
            ])
        }
        return JSONText.object([
            ("from", JSONText.quoted(range.first.iso)),
            ("to", JSONText.quoted(range.last.iso)),
            ("days", JSONText.array(trading)),
            ("closed", JSONText.array(days.filter { !$0.isTradingDay }.map(Self.closedJSON))),
            ("next_closure", nextClosure.map(Self.closedJSON) ?? "null"),
            ("next_early_close", early ?? "null"),
        ])
    }

    private static func closedJSON(_ day: MarketDay) -> String {
        JSONText.object([("date", JSONText.quoted(day.date.iso)), ("reason", JSONText.quoted(day.reason))])
    }

    private static func mark(_ day: MarketDay) -> String {
        guard day.kind == .earlyClose else { return "late opening" }
        return day.openSecond > Slot.regularOpenSecond ? "late opening, early close" : "early close"
    }
}
