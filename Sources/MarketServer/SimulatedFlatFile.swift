import Glibc
package import MarketTime
package import Simulator

/// A whole-market day file as the vendor publishes it: CSV, packed with gzip.
package struct SimulatedFlatFile: Sendable {
    /// The market told of.
    package let market: SimulatedMarket
    /// Minutes or days.
    package let kind: FlatFileText.Kind
    /// The trading day.
    package let day: DayID

    /// A file of a market's day; nil for a day without data.
    package init?(_ market: SimulatedMarket, _ kind: FlatFileText.Kind, on day: DayID) {
        guard market.hasData(on: day) else { return nil }
        self.market = market
        self.kind = kind
        self.day = day
    }

    /// The file a path below the bucket names: `us_stocks_sip/minute_aggs_v1/2026/11/2026-11-18.csv.gz`.
    ///
    /// Nil for any other path and for a day without data.
    package init?(_ market: SimulatedMarket, key: String) {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, let kind = FlatFileText.Kind(rawValue: String(parts[1])),
            let day = DayID(iso: parts[4].prefix(10)), let file = Self(market, kind, on: day), file.key == key
        else { return nil }
        self = file
    }

    /// The path below the bucket or a folder.
    package var key: String {
        let iso = day.iso
        return "us_stocks_sip/\(kind.rawValue)/\(iso.prefix(4))/\(iso.dropFirst(5).prefix(2))/\(iso).csv.gz"
    }

    /// Whether the day is over (20:00 ET), so that there is a file.
    package func isPublished(at now: Instant) -> Bool {
        now >= NewYork.instant(day, secondOfDay: Slot.dayEndSecond)
    }

    /// Makes the file; returns its rows below the header.
    ///
    /// `chunk` gets pieces of at most 64 KB, valid during the call; nothing else is held. `mustStop` is asked between
    /// tickers; a file ended by it is a valid one that lacks tickers. Throws what `chunk` throws, and
    /// ``FlatFileError/noMemory``. One thread; about 0.6 µs a row, most of it in zlib at its fastest level.
    package func write(
        mustStop: () -> Bool = { false },
        chunk: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        let gzip = Gzip()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        let rows = try FlatFileText.write(kind, on: day, of: MarketReader(market), mustStop: mustStop) { text in
            guard try gzip.pack(text, isLast: false, through: buffer, chunk) else { throw FlatFileError.noMemory }
        }
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        guard try gzip.pack(empty, isLast: true, through: buffer, chunk) else { throw FlatFileError.noMemory }
        return rows
    }

    /// Makes the file below a folder, with the folders in between; returns its path and its rows.
    ///
    /// It has another name until it is complete. Throws ``FlatFileError``.
    package func write(below folder: String) throws -> (path: String, rows: Int) {
        let path = folder + "/" + key
        try makeFolders(of: path)
        let partial = path + ".part"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FlatFileError.system(path: partial, code: errno) }
        do {
            let rows = try write { try Self.writeAll($0, to: descriptor, path: partial) }
            guard close(descriptor) == 0, rename(partial, path) == 0 else {
                throw FlatFileError.system(path: path, code: errno)
            }
            return (path, rows)
        } catch {
            close(descriptor)
            unlink(partial)
            throw error
        }
    }

    private func makeFolders(of path: String) throws {
        var folder = ""
        for part in path.split(separator: "/").dropLast() {
            folder += folder.isEmpty && !path.hasPrefix("/") ? String(part) : "/" + part
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
                throw FlatFileError.system(path: folder, code: errno)
            }
        }
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FlatFileError.system(path: path, code: errno) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }
}

/// Why a flat file was not made.
package enum FlatFileError: Error, Hashable, CustomStringConvertible {
    /// A call of the system failed.
    case system(path: String, code: Int32)
    /// No memory to pack with.
    case noMemory

    /// A sentence for the person who asked for the file.
    package var description: String {
        switch self {
        case .system(let path, let code):
            "Cannot write \(path): \(String(cString: strerror(code))). Check the folder, its rights and the disk."
        case .noMemory: "Cannot pack the flat file: no memory. Close other programs and try again."
        }
    }
}
