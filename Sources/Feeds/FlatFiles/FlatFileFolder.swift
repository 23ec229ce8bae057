import Glibc
package import MarketTime

/// Flat files in a folder of this machine, as a mirror of the vendor's or thrown together.
///
/// A day's file is looked for below the folder as `minute_aggs_v1/2024/03/2024-03-08.csv.gz`, also with
/// `us_stocks_sip/` or `flatfiles/us_stocks_sip/` before it; with the file directly in `minute_aggs_v1/`; and as
/// `2024/03/2024-03-08.csv.gz` or `2024-03-08.csv.gz`, which count as minute bars unless the folder's own path names
/// `day_aggs_v1`. The first that is there is taken.
package struct FlatFileFolder: FlatFileStore {
    /// Bytes read at a time.
    private static let pieceBytes = 256 << 10

    /// The folder's path.
    package let path: String

    /// A folder; nothing is looked at yet.
    package init(_ path: String) {
        var path = path[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        self.path = String(path)
    }

    /// Whether the path is a folder that can be looked into.
    package var isThere: Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && access(path, R_OK | X_OK) == 0
    }

    /// The days of a span, both ends included, that have a file, oldest first.
    ///
    /// Looks for each day by itself (a few µs), so folders of other things cost nothing.
    package func days(_ kind: FlatFileKind, from: DayID, through: DayID) -> [DayID] {
        var days: [DayID] = []
        var day = from
        while day <= through {
            if file(kind, of: day) != nil { days.append(day) }
            day = day.adding(days: 1)
        }
        return days
    }

    /// The path of a day's file; where it is in none of the layouts, the one it would have in the first.
    package func name(_ kind: FlatFileKind, of day: DayID) -> String {
        file(kind, of: day) ?? "\(path)/\(kind.rawValue)/\(FlatFileKind.dated(day))"
    }

    /// Reads a file in pieces of 256 KiB.
    ///
    /// - Throws: ``FlatFileError`` with `notThere` or `unreadable`.
    package func read(
        _ kind: FlatFileKind,
        of day: DayID,
        while isWanted: () -> Bool,
        onPiece: (_ bytes: UnsafeRawBufferPointer, _ expectedBytes: Int?) throws(FlatFileError.Problem) -> Void
    ) throws(FlatFileError) {
        let name = name(kind, of: day)
        do throws(FlatFileError.Problem) {
            try Self.read(name, isWanted, onPiece)
        } catch {
            throw FlatFileError(file: name, problem: error)
        }
    }

    private static func read(
        _ name: String,
        _ isWanted: () -> Bool,
        _ onPiece: (_ bytes: UnsafeRawBufferPointer, _ expectedBytes: Int?) throws(FlatFileError.Problem) -> Void
    ) throws(FlatFileError.Problem) {
        let descriptor = open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw errno == ENOENT ? .notThere : .unreadable(lastError()) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(lastError()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable("it is not a file") }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            guard isWanted() else { throw .cancelled }
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count == 0 { return }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(lastError())
            }
            try onPiece(UnsafeRawBufferPointer(rebasing: buffer[..<count]), Int(status.st_size))
        }
    }

    /// The day's file by the first layout that has one.
    private func file(_ kind: FlatFileKind, of day: DayID) -> String? {
        let dated = FlatFileKind.dated(day)
        let plain = FlatFileKind.fileName(day)
        let folder = kind.rawValue
        let market = FlatFileKind.market
        var places = [
            "\(folder)/\(dated)", "\(market)/\(folder)/\(dated)", "flatfiles/\(market)/\(folder)/\(dated)",
            "\(folder)/\(plain)",
        ]
        if bareKind == kind { places += [dated, plain] }
        return places.lazy.map { "\(path)/\($0)" }.first { access($0, F_OK) == 0 }
    }

    /// What a file is that lies in the folder without a word.
    private var bareKind: FlatFileKind {
        path.split(separator: "/").contains { $0 == FlatFileKind.dailyBars.rawValue } ? .dailyBars : .minuteBars
    }

    private static func lastError() -> String { strerror(errno).map { String(cString: $0) } ?? "error \(errno)" }
}
