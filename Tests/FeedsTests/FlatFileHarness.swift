import CInflate
import EngineAPI
import Feeds
import MarketData
import MarketTime

/// A gzip member as zlib makes it.
func gzip(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit2_(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
        return []
    }
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    let room = output.count
    let count = input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(room)
            return deflate(&stream, Z_FINISH) == Z_STREAM_END ? room - Int(stream.avail_out) : 0
        }
    }
    return Array(output.prefix(count))
}

func gzip(_ text: String) -> [UInt8] { gzip(Array(text.utf8)) }

/// A file in memory, handed over in pieces of a size.
struct MemoryFile: FlatFileStore {
    var bytes: [UInt8]
    var pieceBytes = Int.max

    init(_ bytes: [UInt8], pieceBytes: Int = .max) {
        self.bytes = bytes
        self.pieceBytes = pieceBytes
    }

    init(csv: String) { self.init(gzip(csv)) }

    func name(_ kind: FlatFileKind, of day: DayID) -> String { "memory/\(day.iso).csv.gz" }

    func read(
        _ kind: FlatFileKind,
        of day: DayID,
        while isWanted: () -> Bool,
        onPiece: (_ bytes: UnsafeRawBufferPointer, _ expectedBytes: Int?) throws(FlatFileError.Problem) -> Void
    ) throws(FlatFileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard isWanted() else { throw FlatFileError(file: name(kind, of: day), problem: .cancelled) }
            let piece = Array(rest.prefix(pieceBytes))
            rest = rest.dropFirst(piece.count)
            var problem: FlatFileError.Problem?
            piece.withUnsafeBytes { buffer in
                do throws(FlatFileError.Problem) { try onPiece(buffer, bytes.count) } catch { problem = error }
            }
            if let problem { throw FlatFileError(file: name(kind, of: day), problem: problem) }
        }
    }
}

/// A row of a minute file, before it is text.
struct MinuteRow: Hashable, Sendable {
    var ticker: String
    /// Minutes after midnight in New York.
    var minute: Int
    var volume: String
    var trades: String

    init(_ ticker: String, _ minute: Int, _ volume: String = "100", trades: String = "3") {
        self.ticker = ticker
        self.minute = minute
        self.volume = volume
        self.trades = trades
    }

    func line(_ day: DayID) -> String {
        let start = NewYork.instant(day, secondOfDay: minute * 60).nanoseconds
        return "\(ticker),\(volume),1.5,1.6,1.7,1.4,\(start),\(trades)"
    }
}

enum FlatFileText {
    static let header = "ticker,volume,open,close,high,low,window_start,transactions"
    /// A Wednesday in summer.
    static let day = DayID(iso: "2024-08-07") ?? DayID(rawValue: 0)

    static func csv(_ rows: [MinuteRow], day: DayID = day) -> String {
        ([header] + rows.map { $0.line(day) } + [""]).joined(separator: "\n")
    }
}

extension FlatFileMinutes {
    /// The row of a ticker.
    func row(_ ticker: String) -> Int? { history.symbols.firstIndex { $0.text == ticker } }

    /// C(d, s) of a ticker at the end of a slot; nil without a row.
    func cumulative(_ ticker: String, _ slot: Int) -> Int64? {
        row(ticker).map { history.cumulative[$0 * Slot.count + slot] }
    }

    func trades(_ ticker: String, _ slot: Int) -> Int32? {
        row(ticker).map { history.trades[$0 * Slot.count + slot] }
    }
}

/// The error a reading ends with; nil after a success.
func flatFileError(_ read: () throws(FlatFileError) -> Void) -> FlatFileError? {
    do throws(FlatFileError) {
        try read()
        return nil
    } catch {
        return error
    }
}
