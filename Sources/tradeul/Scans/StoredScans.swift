import Dashboard
import EngineAPI
import MarketData
import MarketTime
import Store

/// What the history file remembers of lists.
struct StoredScans {
    let access: HistoryAccess

    /// Opens the history file.
    ///
    /// - Throws: ``Failure``.
    init(_ startup: Startup) throws { access = try HistoryAccess(startup, creates: false) }

    /// A time of today, `09:45`, or of a day, `2026-10-05T09:45`, in New York.
    ///
    /// - Throws: ``Failure`` with status 64.
    static func time(_ text: String, today: DayID) throws(Failure) -> Instant {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        let fields = parts.last.map { $0.split(separator: ":", omittingEmptySubsequences: false) } ?? []
        let numbers = fields.compactMap { $0.count == 2 && $0.allSatisfy(\.isWholeNumber) ? Int($0) : nil }
        let day = parts.count == 2 ? DayID(iso: String(parts[0])) : today
        guard (1...2).contains(parts.count), (2...3).contains(fields.count), numbers.count == fields.count, let day,
            numbers[0] < 24, numbers[1] < 60, numbers.count < 3 || numbers[2] < 60
        else {
            let shown = Console.printable(String(text.prefix(40)))
            throw Failure(
                status: .usage,
                sentence: "--at \(shown): not a New York time such as 09:45 or 2026-10-05T09:45"
            )
        }
        let second = numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
        return NewYork.instant(day, secondOfDay: second)
    }
}

extension StoredScans {
    /// Who stood on a wish's list at a time, best first.
    ///
    /// - Throws: ``Failure`` with status 1 when nothing is stored of it.
    func table(_ wish: ScanWish, at text: String) throws -> ScanTable {
        guard let list = wish.list else { throw Failure(status: .usage, sentence: "--at needs --list") }
        // Times are shown to the second: one that is typed as shown means all of that second.
        let time = try Self.time(text, today: try newestDay()).adding(milliseconds: 999)
        guard let moment = try HistoryCommand.storing({ try access.store.scanMoment(list: list, at: time) }) else {
            let day = NewYork.wall(at: time).day
            let there = try HistoryCommand.storing { try access.store.storedScanLists(day: day) }.map(\.name)
            throw Failure(
                status: .no,
                sentence:
                    "nothing of \(Console.printable(list)) is stored at \(TimeText.clock(NewYork.wall(at: time).secondOfDay)) "
                    + "of \(day.iso); of that day there are: \(there.isEmpty ? "none" : there.joined(separator: ", "))"
            )
        }
        return Self.table(moment, columns: wish.columns, top: wish.top)
    }

    /// The rows of a moment; columns that are not remembered are missing.
    static func table(_ moment: ScanMoment, columns: [ColumnID], top: Int?) -> ScanTable {
        var table = ScanTable()
        table.columns = columns.isEmpty ? [.last, .changePercent, .rvol, .volume, .marketCap] : columns
        let rows = moment.rows.prefix(top ?? moment.rows.count)
        table.symbols = rows.map(\.symbol)
        table.values = table.columns.map { column in rows.map { value(of: column, $0) } }
        table.texts = table.columns.map { _ in [] }
        table.matchCount = moment.rows.count
        table.time = moment.lastTime
        table.dataTime = moment.lastTime
        table.source = "the history file"
        return table
    }

    private static func value(of column: ColumnID, _ row: ScanRow) -> Double {
        switch column {
        case .last: row.price
        case .volume: row.volume
        case .rvol: row.rvol
        case .changePercent: row.change
        case .marketCap: row.marketCap
        case .dollarVolume: row.price * row.volume
        default: .nan
        }
    }

    /// The newest day of which lists are stored.
    ///
    /// - Throws: ``Failure`` with status 1 when there is none.
    func newestDay() throws -> DayID {
        guard let day = try HistoryCommand.storing({ try access.store.storedScanDays() }).first?.day else {
            throw Failure(
                status: .no,
                sentence: "no lists are stored yet: they are while a dashboard runs (scans.store)"
            )
        }
        return day
    }
}
