import GRDB
import GRDBSQLite

/// A cached statement used column by column through SQLite's own calls: no row objects, no copies of blobs.
///
/// Valid only inside the database access it was made in, on that thread. Pointers given out live until the next
/// ``step()`` or ``reset()``. ``SQLite`` keeps its own copy of what is bound.
struct RawStatement {
    private let statement: Statement
    private let handle: OpaquePointer
    private let db: Database
    /// SQLITE_TRANSIENT: a macro of a cast pointer, which Swift cannot import.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ db: Database, _ sql: String) throws {
        self.db = db
        statement = try db.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
        reset()
    }

    /// Binds parameter `index` (from 1).
    func bind(_ index: Int32, _ text: String) throws {
        var text = text
        try check(
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { chars in
                    sqlite3_bind_text(handle, index, chars.baseAddress, Int32(chars.count), Self.copied)
                }
            }
        )
    }

    /// Binds parameter `index` (from 1); nil is NULL.
    func bind(_ index: Int32, _ text: String?) throws {
        guard let text else { return try check(sqlite3_bind_null(handle, index)) }
        try bind(index, text)
    }

    /// Binds parameter `index` (from 1).
    func bind(_ index: Int32, _ number: Int64) throws { try check(sqlite3_bind_int64(handle, index, number)) }

    /// Binds parameter `index` (from 1); NaN is NULL.
    func bind(_ index: Int32, _ number: Double) throws { try check(sqlite3_bind_double(handle, index, number)) }

    /// Binds parameter `index` (from 1).
    func bind(_ index: Int32, _ bytes: [UInt8]) throws {
        try check(
            bytes.withUnsafeBytes { sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), Self.copied) }
        )
    }

    /// Runs to the next row; false at the end.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
    }

    /// Runs a statement without rows and makes it ready for the next run.
    func run() throws {
        defer { reset() }
        while try step() {}
    }

    /// Ends the current run.
    ///
    /// The result code repeats the last step's, which has been reported already.
    func reset() { _ = sqlite3_reset(handle) }

    /// The bytes of column `index` (from 0), be it text or a blob; empty for NULL.
    func bytes(_ index: Int32) -> UnsafeBufferPointer<UInt8> {
        // The pointer first: asking for the size may not convert, asking for the blob of a text does not either.
        let start = sqlite3_column_blob(handle, index)?.assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, index)))
    }

    /// Column `index` (from 0) as a whole number; 0 for NULL.
    func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(handle, index) }

    /// Column `index` (from 0) as a number; NaN for NULL.
    func number(_ index: Int32) -> Double {
        sqlite3_column_type(handle, index) == SQLITE_NULL ? .nan : sqlite3_column_double(handle, index)
    }

    /// Column `index` (from 0) as a number; nil for NULL.
    func optionalNumber(_ index: Int32) -> Double? {
        sqlite3_column_type(handle, index) == SQLITE_NULL ? nil : sqlite3_column_double(handle, index)
    }

    /// Column `index` (from 0) as text; nil for NULL.
    func text(_ index: Int32) -> String? {
        sqlite3_column_type(handle, index) == SQLITE_NULL ? nil : String(decoding: bytes(index), as: UTF8.self)
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
    }
}
