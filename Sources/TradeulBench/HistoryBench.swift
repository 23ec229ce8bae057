import EngineAPI
import Feeds
import Glibc
import MarketTime
import Network
import Simulator

/// The past as a trader loads it: a flat file read, and `tradeul backfill` over REST from the simulator's server.
struct HistoryBench {
    /// Trading days of slots that the backfill fetches.
    static let days = 20
    /// Rows that a file must have for the figure to say something of a real one.
    static let rowsMin = 1_500_000

    let pipeline: PipelineBench
    let program: ProcessBench
    /// A folder for files, which the caller deletes.
    let folder: String

    /// The figures of both ways.
    func figures() throws -> [Figure] {
        let server = try program.market(speed: 1)
        defer { server.stop() }
        return try flatFileFigures(server) + backfillFigures(server)
    }

    /// A whole market's minutes from gzip to slots, in processor time of the one thread that does it.
    private func flatFileFigures(_ server: ProcessBench.Market) throws -> [Figure] {
        let day = pipeline.market.calendar.tradingDay(before: pipeline.market.openingDay)
        let files = FlatFileFolder(folder + "/flat-files")
        try download(day, from: server, to: files.path)
        var rows = 0
        let ms = try Stopwatch.medianMs(runs: 5) {
            let minutes = try files.minuteBars(of: day)
            guard minutes.history.count > PipelineBench.tickers * 9 / 10, minutes.rejections.total == 0 else {
                throw BenchFailure("the flat file lacks tickers or has rows that cannot be used")
            }
            rows = minutes.rows
        }
        guard rows >= Self.rowsMin else { throw BenchFailure("the flat file has \(rows) rows, too few to measure") }
        return [
            Figure(name: "flat_file_rows", value: Double(rows), unit: "rows", budget: nil, better: .higher),
            Figure(
                name: "flat_file_rows_per_cpu_s",
                value: Double(rows) / ms * 1000,
                unit: "rows/s",
                budget: 1_500_000,
                better: .higher
            ),
        ]
    }

    private func download(_ day: DayID, from server: ProcessBench.Market, to path: String) throws {
        let name = "\(path)/\(day.iso).csv.gz"
        guard mkdir(path, 0o700) == 0, let file = fopen(name, "w") else {
            throw BenchFailure("\(name): cannot be made")
        }
        let client = HTTPClient()
        defer { client.close() }
        let bucket = FlatFileBucket(
            endpoint: server.flatFilesURL,
            accessKeyID: server.flatFilesID,
            secret: Secret(ProcessBench.Market.key),
            client: client
        )
        var isWritten = true
        do {
            defer { if fclose(file) != 0 { isWritten = false } }
            try bucket.read(.minuteBars, of: day, while: { true }) { bytes, _ in
                if fwrite(bytes.baseAddress, 1, bytes.count, file) != bytes.count { isWritten = false }
            }
        }
        guard isWritten else { throw BenchFailure("\(name): cannot be written") }
    }

    /// The whole market's slots by the program from start to end, its server in a process of its own on the same machine;
    /// and the file it leaves, whose rows came symbol by symbol and therefore lie scattered.
    ///
    /// Daily bars and splits, which are asked once for all symbols, come first and apart: what is then left is one request
    /// a symbol.
    private func backfillFigures(_ server: ProcessBench.Market) throws -> [Figure] {
        setenv("POLYGON_API_KEY", ProcessBench.Market.key, 1)
        let store = StoreBench(pipeline: pipeline, path: folder + "/backfill.db")
        let first = pipeline.market.listings.first { $0.listDate < pipeline.market.openingDay.adding(days: -60) }
        guard let first else { throw BenchFailure("no past") }
        let dailyBars = try backfill(["--symbols", first.ticker], store, server)
        let emptyMegabytes = try store.megabytes()
        let all = try backfill([], store, server)
        guard all.symbols > Double(PipelineBench.tickers) * 0.9 else {
            throw BenchFailure("\(all.symbols) symbols were loaded")
        }
        let slotMegabytesPerDay = (try store.megabytes() - emptyMegabytes) / Double(Self.days)
        return [
            Figure(
                name: "backfill_daily_bars_60_days_s",
                value: dailyBars.seconds,
                unit: "s",
                budget: nil,
                better: .lower
            ),
            Figure(
                name: "backfill_rest_symbols_per_s",
                value: all.symbols / all.seconds,
                unit: "symbols/s",
                budget: 400,
                better: .higher
            ),
            // What one core may spend on each of 400 symbols a second.
            Figure(
                name: "backfill_rest_client_cpu_ms_per_symbol",
                value: all.cpuMs / all.symbols,
                unit: "ms",
                budget: 2.5,
                better: .lower
            ),
            Figure(
                name: "backfill_rest_slots_60_days_mb",
                value: slotMegabytesPerDay * 60,
                unit: "MB",
                budget: 400,
                better: .lower
            ),
            Figure(
                name: "baselines_after_rest_backfill_20_days_ms",
                value: try store.loadMs(lookbackDays: Self.days),
                unit: "ms",
                budget: 1000,
                better: .lower
            ),
        ]
    }

    private func backfill(
        _ options: [String],
        _ store: StoreBench,
        _ server: ProcessBench.Market
    ) throws -> (symbols: Double, seconds: Double, cpuMs: Double) {
        let arguments = ["backfill", "--json", "--days", "\(Self.days)"]
        let (text, cpuMs) = try program.output(
            arguments + ["--rest-url", server.restURL, "--store", store.path] + options,
            millisecondsMax: 180_000
        )
        func number(_ name: String) -> Double? {
            guard let start = text.firstRange(of: "\"\(name)\":") else { return nil }
            return Double(text[start.upperBound...].prefix { !",}".contains($0) })
        }
        guard text.contains("\"status\":\"complete\""), let symbols = number("symbols"), symbols > 0,
            let seconds = number("seconds"), seconds > 0
        else { throw BenchFailure("the backfill did not get everything: \(text.prefix(300))") }
        return (symbols, seconds, cpuMs)
    }
}
