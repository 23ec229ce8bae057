import EngineAPI
import GRDB
import MarketTime
import Synchronization

/// The local history: one SQLite file with slots, tickers, daily bars, calendar exceptions and settings.
///
/// Thread-safe; every call may block on the disk, and on another program's lock for at most the busy time-out. Reads
/// see one consistent state and never wait for writes of this process. One process should write a file at a time.
package final class TradeulStore: EngineStore {
    /// How a store is opened.
    package struct Options: Hashable, Sendable {
        /// How long a call waits for another program's lock, in milliseconds.
        package var busyTimeoutMs: Int
        /// Largest size of the file in bytes; nil for none.
        ///
        /// A write beyond it throws ``StoreError/full(path:)``.
        package var maxFileBytes: Int?

        /// Options; half a second for a lock, no limit of size.
        package init(busyTimeoutMs: Int = 500, maxFileBytes: Int? = nil) {
            self.busyTimeoutMs = busyTimeoutMs
            self.maxFileBytes = maxFileBytes
        }
    }

    /// Connections for reading, at most.
    static let maxReaders = 3
    /// The write-ahead log is cut back to this size when it has been emptied, in bytes.
    static let maxIdleLogBytes = 16 << 20

    /// The file.
    package let path: String
    /// Whether the file can only be read: every write throws ``StoreError/readOnly(path:)``.
    package let isReadOnly: Bool
    private let pool: DatabasePool
    private let damaged = Mutex(0)

    /// Opens the file, making it and the folders above it when there is none, and brings it up to date.
    ///
    /// A file that is damaged, another program's or a newer version's is refused before anything is written to it. A
    /// file without write permission is opened for reading.
    ///
    /// - Throws: ``StoreError``.
    package init(path: String, options: Options = Options()) throws {
        self.path = path
        do {
            if try StoreFile.inspect(path) == .database {
                try Self.check(path, options)
                isReadOnly = !StoreFile.isWritable(path)
            } else {
                try StoreFile.create(path)
                isReadOnly = false
            }
            pool = try DatabasePool(path: path, configuration: Self.configuration(options, readOnly: isReadOnly))
            let migrator = StoreSchema.migrator()
            if try !pool.read(migrator.hasCompletedMigrations) {
                if isReadOnly { throw StoreError.readOnly(path: path) }
                try migrator.migrate(pool)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Rows met so far whose packed slots were not what this program writes; they are skipped.
    package var damagedRowCount: Int { damaged.withLock { $0 } }

    /// Folds the write-ahead log into the file and closes it; later calls throw.
    ///
    /// For an orderly exit.
    ///
    /// - Throws: ``StoreError``.
    package func close() throws {
        do {
            // The pool closes its writer before its readers, which cannot fold the log in: so they go first, and the last
            // connection to close is one that can.
            pool.releaseMemory()
            try pool.close()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Adds to ``damagedRowCount``.
    func noteDamaged(_ count: Int) {
        if count > 0 { damaged.withLock { $0 += count } }
    }

    /// Runs a read in one consistent state of the file.
    func reading<T>(_ body: (Database) throws -> T) throws -> T {
        do { return try pool.read(body) } catch { throw StoreError(error, path: path) }
    }

    /// Runs a write in one transaction.
    func writing<T>(_ body: (Database) throws -> T) throws -> T {
        if isReadOnly { throw StoreError.readOnly(path: path) }
        do { return try pool.write(body) } catch { throw StoreError(error, path: path) }
    }

    /// Runs statements that SQLite allows outside of transactions only.
    func outsideTransaction(_ body: (Database) throws -> Void) throws {
        if isReadOnly { throw StoreError.readOnly(path: path) }
        do { try pool.writeWithoutTransaction(body) } catch { throw StoreError(error, path: path) }
    }

    private static func configuration(_ options: Options, readOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = "tradeul.store"
        configuration.readonly = readOnly
        configuration.maximumReaderCount = maxReaders
        configuration.busyMode = .timeout(Double(options.busyTimeoutMs) / 1000)
        configuration.prepareDatabase { db in
            // The pool would let its readers wait for ten seconds.
            try db.execute(sql: "PRAGMA busy_timeout = \(options.busyTimeoutMs)")
            try db.execute(sql: "PRAGMA journal_size_limit = \(maxIdleLogBytes)")
            if let bytes = options.maxFileBytes {
                let pageBytes = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
                try db.execute(sql: "PRAGMA max_page_count = \(max(1, bytes / pageBytes))")
            }
        }
        return configuration
    }

    /// Refuses a file that is not ours or too new, by a connection that cannot write.
    private static func check(_ path: String, _ options: Options) throws {
        let queue = try DatabaseQueue(path: path, configuration: configuration(options, readOnly: true))
        try queue.read { db in
            let mark = try Int32.fetchOne(db, sql: "PRAGMA application_id")
            let tables = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master") ?? 0
            guard mark == StoreSchema.applicationID || tables == 0 else {
                throw StoreError.cannotOpen(
                    path: path,
                    reason: "it belongs to another program; choose another file with --store"
                )
            }
            let migrator = StoreSchema.migrator()
            let unknown = try migrator.appliedIdentifiers(db).subtracting(migrator.migrations).sorted()
            guard unknown.isEmpty else {
                throw StoreError.newerVersion(path: path, unknown: unknown.joined(separator: ", "))
            }
        }
        try queue.close()
    }
}
