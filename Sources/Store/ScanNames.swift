import GRDB
import MarketData

/// The numbers that stand for lists, symbols and clauses in the tables of scans.
enum ScanNames {
    /// A table of names.
    enum Table: String {
        case lists = "scan_lists"
        case symbols = "scan_symbols"
        case clauses = "scan_clauses"
    }

    /// Longest name stored, in characters; the rest is cut off.
    static let lengthMax = 200

    /// The number of a name; nil when it has none.
    static func existingID(of name: String, _ table: Table, _ db: Database) throws -> Int64? {
        let select = try RawStatement(db, "SELECT id FROM \(table.rawValue) WHERE name = ?1")
        defer { select.reset() }
        try select.bind(1, String(name.prefix(lengthMax)))
        return try select.step() ? select.integer(0) : nil
    }

    /// The number of a name, a new one when it has none.
    static func id(of name: String, _ table: Table, _ db: Database) throws -> Int64 {
        if let known = try existingID(of: name, table, db) { return known }
        let insert = try RawStatement(db, "INSERT INTO \(table.rawValue) (name) VALUES (?1)")
        try insert.bind(1, String(name.prefix(lengthMax)))
        try insert.run()
        return db.lastInsertedRowID
    }

    /// The name of a number; nil when it has none.
    static func name(_ id: Int64, _ table: Table, _ db: Database) throws -> String? {
        let select = try RawStatement(db, "SELECT name FROM \(table.rawValue) WHERE id = ?1")
        defer { select.reset() }
        try select.bind(1, id)
        return try select.step() ? select.text(0) : nil
    }
}

/// Symbols by number, each looked up once.
struct ScanSymbols {
    private var known: [Int64: Symbol] = [:]

    /// The symbol of a number; nil when there is none.
    mutating func symbol(_ id: Int64, _ db: Database) throws -> Symbol? {
        if let symbol = known[id] { return symbol }
        guard let symbol = try ScanNames.name(id, .symbols, db).flatMap({ Symbol($0) }) else { return nil }
        known[id] = symbol
        return symbol
    }
}
