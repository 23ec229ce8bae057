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
    /// Every so many-th symbol is fetched: liquid and quiet ones as they are in the market.
    static let symbolStride = 5
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

    /// The program from start to end, its server in a process of its own on the same machine.
    ///
    /// Daily bars and splits, which are asked once for the whole market, come first and apart: what is then left is one
    /// request a symbol.
    private func backfillFigures(_ server: ProcessBench.Market) throws -> [Figure] {
        let market = pipeline.market
        guard let firstDay = market.historyDays(Self.days).first else { throw BenchFailure("no past") }
        let tickers = market.listings.filter { $0.listDate <= firstDay }.map(\.ticker)
        let wanted = stride(from: 0, to: tickers.count, by: Self.symbolStride).map { tickers[$0] }
        setenv("POLYGON_API_KEY", ProcessBench.Market.key, 1)
        let market60 = try backfill(["\(tickers[1])"], server)
        let symbols = try backfill(wanted, server)
        guard symbols.count >= Double(wanted.count) * 0.95 else {
            throw BenchFailure("\(symbols.count) of \(wanted.count) symbols were loaded")
        }
        return [
            Figure(
                name: "backfill_daily_bars_60_days_s",
                value: market60.seconds,
                unit: "s",
                budget: nil,
                better: .lower
            ),
            Figure(
                name: "backfill_rest_symbols_per_s",
                value: symbols.count / symbols.seconds,
                unit: "symbols/s",
                budget: 400,
                better: .higher
            ),
            // What one core may spend on each of 400 symbols a second.
            Figure(
                name: "backfill_rest_client_cpu_ms_per_symbol",
                value: symbols.cpuMs / symbols.count,
                unit: "ms",
                budget: 2.5,
                better: .lower
            ),
        ]
    }

    private func backfill(
        _ symbols: [String],
        _ server: ProcessBench.Market
    ) throws -> (count: Double, seconds: Double, cpuMs: Double) {
        let (text, cpuMs) = try program.output(
            [
                "backfill", "--json", "--days", "\(Self.days)", "--symbols", symbols.joined(separator: ","),
                "--rest-url",
                server.restURL, "--store", folder + "/backfill.db",
            ],
            millisecondsMax: 60_000
        )
        func number(_ name: String) -> Double? {
            guard let start = text.firstRange(of: "\"\(name)\":") else { return nil }
            return Double(text[start.upperBound...].prefix { !",}".contains($0) })
        }
        guard text.contains("\"status\":\"complete\""), let count = number("symbols"), count > 0,
            let seconds = number("seconds"), seconds > 0
        else { throw BenchFailure("the backfill did not get everything: \(text.prefix(300))") }
        return (count, seconds, cpuMs)
    }
}
