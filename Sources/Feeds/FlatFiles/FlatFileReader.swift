import Glibc

/// One file from its bytes to its rows: unpacks piece by piece and hands whole lines to a fold.
///
/// Holds 256 KiB of text, however large the file.
struct FlatFileReader<Fold: FlatFileFold & ~Copyable>: ~Copyable {
    private var inflater = GzipInflater()
    private let text = TextMemory()
    /// Bytes at the front of the text that are the beginning of a line.
    private var begun = 0
    private var packed = 0
    private var unpacked = 0
    private let wantsPrices: Bool
    private var parser: FlatFileRows?
    private var fold: Fold
    /// Rows so far, usable or not.
    private(set) var rows = 0

    init(wantsPrices: Bool, fold: consuming Fold) {
        self.wantsPrices = wantsPrices
        self.fold = fold
    }

    /// Takes the next packed bytes.
    mutating func add(_ piece: UnsafeRawBufferPointer) throws(FlatFileError.Problem) {
        var rest = piece
        var isFull = false
        packed += piece.count
        let unpackedMax = FlatFileLimits.unpackedBytesFree + packed * FlatFileLimits.unpackedRatio
        while !rest.isEmpty || isFull {
            let room = UnsafeMutableRawBufferPointer(rebasing: text.bytes[begun...])
            let count: Int
            do throws(GzipInflater.Problem) {
                count = try inflater.inflate(&rest, into: room)
            } catch {
                throw FlatFileError.Problem(error)
            }
            isFull = count == room.count
            unpacked += count
            guard unpacked <= unpackedMax else {
                throw .tooLarge("it unpacks to more than \(FlatFileLimits.unpackedRatio) times its size")
            }
            guard unpacked <= FlatFileLimits.unpackedBytes else {
                throw .tooLarge("it unpacks to more than \(FlatFileLimits.unpackedBytes >> 30) GiB")
            }
            try take(begun + count)
        }
    }

    /// Says that there are no more bytes, and hands out the fold and how many rows there were.
    consuming func finish(_ rows: inout Int) throws(FlatFileError.Problem) -> Fold {
        do throws(GzipInflater.Problem) {
            try inflater.finish()
        } catch {
            throw FlatFileError.Problem(error)
        }
        // The last line may lack its break; there is always room for it, because a line is shorter than the text.
        if begun > 0 {
            text.bytes[begun] = FieldCursor.lineFeed
            try take(begun + 1)
        }
        guard parser != nil else { throw .notTable("it is empty") }
        rows = self.rows
        return fold
    }

    /// Uses the whole lines of so many bytes of text, and keeps the rest for later.
    private mutating func take(_ count: Int) throws(FlatFileError.Problem) {
        let text = text.bytes
        var used = count
        while used > begun, text[used - 1] != FieldCursor.lineFeed { used -= 1 }
        // Nothing before `begun` ends a line.
        if used == begun, begun == 0 || text[begun - 1] != FieldCursor.lineFeed { used = 0 }
        var lines = UnsafeRawBufferPointer(rebasing: text[..<used])
        if parser == nil, let end = lines.firstIndex(of: FieldCursor.lineFeed), end < FlatFileLimits.lineBytes {
            let header = UnsafeRawBufferPointer(rebasing: lines[..<end])
            parser = FlatFileRows(try FlatFileColumns(header: header, wantsPrices: wantsPrices))
            lines = UnsafeRawBufferPointer(rebasing: lines[(end + 1)...])
        }
        if !lines.isEmpty {
            guard let parser else { throw FlatFileRows.lineTooLong }
            rows += try parser.parse(lines, into: &fold)
            guard rows <= FlatFileLimits.rows else { throw .tooLarge("more than \(FlatFileLimits.rows) rows") }
        }
        begun = count - used
        guard begun < FlatFileLimits.lineBytes else { throw FlatFileRows.lineTooLong }
        if begun > 0, used > 0, let base = text.baseAddress { memmove(base, base + used, begun) }
    }
}

/// The memory of a reader's text, given back with its last reference.
private final class TextMemory {
    /// Text unpacked at a time; fits the processor's own cache.
    private static let byteCount = 256 << 10

    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)

    deinit { bytes.deallocate() }
}
