import EngineAPI
package import MarketTime

/// Where flat files are kept.
package protocol FlatFileStore: Sendable {
    /// The path or address of a day's file, for people; nothing secret.
    func name(_ kind: FlatFileKind, of day: DayID) -> String

    /// Hands a file over in pieces, as it is stored; blocks until the last one.
    ///
    /// - Parameters:
    ///   - isWanted: asked before every piece and now and then; false ends with ``FlatFileError/Problem/cancelled``.
    ///   - onPiece: a piece, valid during the call, and the file's size where it is known; what it throws ends the reading.
    func read(
        _ kind: FlatFileKind,
        of day: DayID,
        while isWanted: () -> Bool,
        onPiece: (_ bytes: UnsafeRawBufferPointer, _ expectedBytes: Int?) throws(FlatFileError.Problem) -> Void
    ) throws(FlatFileError)
}

extension FlatFileStore {
    /// A day of the whole market from its one-minute bars: all of the file, or an error.
    ///
    /// Blocks for the reading; about a second and 50 MB for a real day. The vendor's rows stand together by ticker; a file
    /// where a ticker comes back is read a second time with all its rows in memory (24 bytes each), to the same result. Of
    /// two rows of the same ticker and minute the later one counts. Rows that cannot be used are counted and left out,
    /// but where they are more than half of the rows, or none is left, the file is refused: it would otherwise pass for a
    /// day on which hardly anything was traded.
    package func minuteBars(
        of day: DayID,
        while isWanted: () -> Bool = { true },
        onProgress: (FlatFileProgress) -> Void = { _ in }
    ) throws(FlatFileError) -> FlatFileMinutes {
        do throws(FlatFileError) {
            return try minutes(GroupedMinuteFold(day: day), day, isWanted, onProgress)
        } catch {
            guard error.problem == .notGrouped else { throw error }
            return try minutes(ScatteredMinuteFold(day: day), day, isWanted, onProgress)
        }
    }

    /// The day's bars of the whole market: all of the file, or an error; see ``minuteBars(of:while:onProgress:)``.
    ///
    /// A bar whose prices are not above 0 or do not lie between its low and its high cannot be used.
    package func dailyBars(
        of day: DayID,
        while isWanted: () -> Bool = { true },
        onProgress: (FlatFileProgress) -> Void = { _ in }
    ) throws(FlatFileError) -> FlatFileDailyBars {
        var rows = 0
        let fold = try rowsFolded(.dailyBars, day, DailyBarFold(day: day), &rows, isWanted, onProgress)
        try checkUse(.dailyBars, day, rows: rows, fold.rejections, isEmpty: fold.bars.isEmpty)
        return FlatFileDailyBars(day: day, bars: fold.bars, rejections: fold.rejections, rows: rows)
    }

    private func minutes<Fold: MinuteFold & ~Copyable>(
        _ fold: consuming Fold,
        _ day: DayID,
        _ isWanted: () -> Bool,
        _ onProgress: (FlatFileProgress) -> Void
    ) throws(FlatFileError) -> FlatFileMinutes {
        var rows = 0
        let folded = try rowsFolded(.minuteBars, day, fold, &rows, isWanted, onProgress)
        let (history, rejections) = folded.finish()
        try checkUse(.minuteBars, day, rows: rows, rejections, isEmpty: history.count == 0)
        return FlatFileMinutes(day: day, history: history, rejections: rejections, rows: rows)
    }

    private func rowsFolded<Fold: FlatFileFold & ~Copyable>(
        _ kind: FlatFileKind,
        _ day: DayID,
        _ fold: consuming Fold,
        _ rows: inout Int,
        _ isWanted: () -> Bool,
        _ onProgress: (FlatFileProgress) -> Void
    ) throws(FlatFileError) -> Fold {
        var reader = FlatFileReader(wantsPrices: kind == .dailyBars, fold: fold)
        var progress = FlatFileProgress()
        try read(kind, of: day, while: isWanted) { bytes, expectedBytes throws(FlatFileError.Problem) in
            try reader.add(bytes)
            progress.bytes += bytes.count
            progress.expectedBytes = expectedBytes
            progress.rows = reader.rows
            onProgress(progress)
        }
        do throws(FlatFileError.Problem) {
            return try reader.finish(&rows)
        } catch {
            throw FlatFileError(file: name(kind, of: day), problem: error)
        }
    }

    /// Duplicates say nothing against a file; everything else that was left out does.
    private func checkUse(
        _ kind: FlatFileKind,
        _ day: DayID,
        rows: Int,
        _ rejections: BarRejections,
        isEmpty: Bool
    ) throws(FlatFileError) {
        let rejected = rejections.total - rejections.duplicate
        guard !isEmpty, rejected <= rows - rejected else {
            throw FlatFileError(file: name(kind, of: day), problem: .unusable(rows: rows, rejected: rejected))
        }
    }
}
