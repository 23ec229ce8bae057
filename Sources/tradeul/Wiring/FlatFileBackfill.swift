import EngineAPI
import Feeds
import Glibc
import History
import MarketTime
import Network
import Store

/// `tradeul backfill` from flat files: a file a day, all of it or nothing.
struct FlatFileBackfill {
    let access: HistoryAccess
    /// The folder; nil for the vendor's S3 endpoint.
    let folder: String?

    /// What is under way, for the progress line.
    private struct Walk {
        var report = BackfillReport()
        var status = BackfillStatus()
        var started = MonotonicTime.now()
        var barDays: [DayID] = []
    }

    /// Reads the files of the days that are not whole yet.
    ///
    /// - Throws: ``Failure``.
    func run(days: Int?, range: (from: DayID?, to: DayID?)) throws -> BackfillReport {
        let place = try place()
        defer { place.client?.close() }
        let wanted = try wantedDays(place.folder, days: days, range: range)
        let known = try HistoryCommand.storing { try access.store.storedDays(wanted) }
        // Slots of a whole day are not read again; its daily bars are, where they could not be had with them.
        let open = known.filter { !$0.isSealed || $0.dailyBars == 0 }
        let progress = ProgressLine()
        let mustStop = Guarded(false)
        var walk = Walk()
        walk.report.days = wanted.map(\.date)
        if let note = access.retentionNote(wanted, today: today) { walk.report.notes.append(note) }
        walk.status.phase = .bars
        walk.status.total = open.count
        if open.count < wanted.count {
            walk.report.notes.append("\(wanted.count - open.count) of \(wanted.count) days are whole already")
        }
        var failure: (any Error)?
        let isInterrupted = SignalWatch.run(end: { mustStop.value = true }) {
            for day in open where !mustStop.value && failure == nil {
                do {
                    try load(day, from: place.files, &walk, progress) { !mustStop.value }
                } catch {
                    failure = error
                }
            }
        }
        progress.end()
        if let failure { throw HistoryAccess.failure(failure) }
        if !isInterrupted { try loadSplits(wanted, &walk) }
        walk.report.seconds = MonotonicTime.now().seconds(since: walk.started)
        walk.report.summary.barDays = walk.barDays.count
        if isInterrupted {
            walk.report.status = .no
            walk.report.sentence = "ended before everything was there: the same command goes on from here"
        }
        return walk.report
    }

    /// Reads one day; a file that cannot be used is a note, an error of the store ends everything.
    private func load(
        _ stored: StoredDay,
        from files: any FlatFileStore,
        _ walk: inout Walk,
        _ progress: ProgressLine,
        while isWanted: () -> Bool
    ) throws {
        let day = stored.day.date
        progress.show(walk.status)
        let isWhole = try stored.isSealed || loadMinutes(day, from: files, &walk, progress, while: isWanted)
        if isWhole, stored.dailyBars == 0 { try loadDailyBars(day, from: files, &walk, while: isWanted) }
        walk.status.done += 1
        let elapsed = MonotonicTime.now().seconds(since: walk.started)
        let rate = Double(walk.status.done) / max(elapsed, 0.001)
        walk.status.perSecond = rate
        walk.status.secondsLeft = Double(walk.status.total - walk.status.done) / rate
        walk.status.rejected = walk.report.summary.rejected
        progress.show(walk.status)
    }

    /// Reads a day's slots, see ``load(_:from:_:_:while:)``; returns whether they are stored.
    private func loadMinutes(
        _ day: DayID,
        from files: any FlatFileStore,
        _ walk: inout Walk,
        _ progress: ProgressLine,
        while isWanted: () -> Bool
    ) throws -> Bool {
        let minutes: FlatFileMinutes
        let status = walk.status
        do {
            minutes = try Self.retrying(isWanted) { () throws(FlatFileError) in
                try files.minuteBars(of: day, while: isWanted) { progress.show(status, detail: Self.detail($0, day)) }
            }
        } catch {
            guard error.problem != .cancelled else { return false }
            walk.report.notes.append(error.sentence)
            walk.report.status = Self.status(error.problem)
            return false
        }
        try access.store.write(minutes.write)
        walk.report.files += 1
        walk.report.fileRows += minutes.rows
        walk.report.summary.rows += minutes.history.count
        walk.report.summary.rejected += minutes.rejections
        return true
    }

    /// Reads a day's daily bars, a set of files of their own.
    private func loadDailyBars(
        _ day: DayID,
        from files: any FlatFileStore,
        _ walk: inout Walk,
        while isWanted: () -> Bool
    ) throws {
        do {
            let bars = try Self.retrying(isWanted) { () throws(FlatFileError) in
                try files.dailyBars(of: day, while: isWanted)
            }
            try access.store.write(bars.write)
            walk.barDays.append(day)
        } catch let error as FlatFileError where error.problem == .notThere {
            // A folder need not have them.
        } catch let error as FlatFileError {
            if error.problem != .cancelled { walk.report.notes.append(error.sentence) }
        }
    }

    /// How far a file is.
    private static func detail(_ part: FlatFileProgress, _ day: DayID) -> String {
        guard let size = part.expectedBytes, size > 0 else { return day.iso }
        return "\(day.iso) \(min(part.bytes, size) * 100 / size) %"
    }

    /// Tries again, with growing pauses, what a network or a busy server may give the next time.
    private static func retrying<T>(
        _ isWanted: () -> Bool,
        _ body: () throws(FlatFileError) -> T
    ) throws(FlatFileError) -> T {
        for pause in [1, 4, 15] {
            do throws(FlatFileError) {
                return try body()
            } catch {
                guard error.isWorthRetrying, isWanted() else { throw error }
                sleep(UInt32(pause))
            }
        }
        return try body()
    }

    /// Fetches the splits since the first day, where there is a key: files hold none.
    private func loadSplits(_ days: [MarketDay], _ walk: inout Walk) throws {
        guard let first = days.last?.date, walk.report.files > 0 else { return }
        guard access.startup.keys.vendor != nil else {
            walk.report.notes.append(
                "without a key splits are not known: volumes before one would be compared as they were traded"
            )
            return
        }
        let clock = CorrectedClock(base: SystemClock())
        let source = try access.source(clock: clock)
        defer { source.stop() }
        let today = max(NewYork.wall(at: clock.now()).day, days.first?.date.adding(days: 1) ?? first)
        switch source.perform(.splits(from: first, through: today)) {
        case .splits(let splits):
            try access.store.write(.splits(splits))
            walk.report.summary.splits = splits.count
        case .failed(let sentence, _), .refused(let sentence):
            walk.report.notes.append("splits could not be fetched: \(sentence)")
            walk.report.status = .unreachable
        default:
            walk.report.notes.append("splits could not be fetched: the vendor's answer is not one to the question")
            walk.report.status = .unreachable
        }
    }

    private struct Place {
        var files: any FlatFileStore
        var folder: FlatFileFolder?
        var client: HTTPClient?
    }

    private func place() throws(Failure) -> Place {
        if let folder {
            let files = FlatFileFolder(access.startup.paths.expandingHome(folder))
            guard files.isThere else {
                throw Failure(status: .usage, sentence: "\(files.path) is no folder that can be read")
            }
            return Place(files: files, folder: files)
        }
        let keys = try FlatFileKeys.load(access.startup.environment, vendorKey: access.startup.keys.vendor)
        let url = access.startup.settings.history.flatFilesURL
        guard url.lowercased().hasPrefix("https://") || HTTPRequest(url: url).isForThisMachine else {
            throw Failure(
                status: .configuration,
                sentence: "history.flat_files_url \(RedactedURL.origin(url)) would be read in clear text: use https://"
            )
        }
        let client = HTTPClient()
        return Place(
            files: FlatFileBucket(endpoint: url, accessKeyID: keys.id, secret: keys.secret, client: client),
            client: client
        )
    }

    /// The days by the options; without any those of the folder's newest files.
    private func wantedDays(
        _ folder: FlatFileFolder?,
        days: Int?,
        range: (from: DayID?, to: DayID?)
    ) throws(Failure) -> [MarketDay] {
        let count = days ?? access.startup.settings.history.days
        guard let folder, range.from == nil else {
            return try access.slotDays(days: count, range: range, today: vendorToday)
        }
        let first = DayID(year: 2000, month: 1, day: 1) ?? today
        let last = range.to ?? DayID(year: 2040, month: 12, day: 31) ?? today
        let there = folder.days(.minuteBars, from: first, through: last).suffix(count).reversed()
        guard !there.isEmpty else {
            throw Failure(
                status: .usage,
                sentence: "there is no file such as \(folder.name(.minuteBars, of: today)) in \(folder.path)"
            )
        }
        return there.map { access.calendar.day($0) }
    }

    /// The current date by the vendor's clock where there is a key, else by ours.
    private var vendorToday: DayID {
        let clock = CorrectedClock(base: SystemClock())
        // Flat files need no REST: where it does not answer, our own clock will do.
        if access.startup.keys.vendor != nil { try? access.setClock(clock) }
        return NewYork.wall(at: clock.now()).day
    }

    /// The current date: its own file comes the morning after.
    private var today: DayID { NewYork.wall(at: SystemClock().now()).day }

    private static func status(_ problem: FlatFileError.Problem) -> ExitStatus {
        switch problem {
        case .refused: .keyRefused
        case .answered, .network: .unreachable
        default: .no
        }
    }
}
