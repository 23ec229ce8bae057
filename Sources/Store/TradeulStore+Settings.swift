import EngineAPI
import GRDB
package import MarketTime

/// Something remembered under a key.
package struct StoredSetting: Hashable, Sendable {
    /// Its name; what stands before the first `.` says whose it is: `layout.morning`.
    package var key: String
    /// Whatever its owner writes.
    package var value: String
    /// When it was last written, by the clock of who wrote it, to the millisecond.
    package var changedAt: Instant
}

extension TradeulStore {
    /// Longest value, bytes of UTF-8.
    package static let settingBytesMax = 64 << 10
    /// Longest key, bytes of UTF-8.
    package static let settingKeyBytesMax = 200
    /// Most keys with the same text before the first `.`; those without a `.` count together.
    package static let settingsMax = 1000

    /// Stores a text under a key; `at` is noted as `updated_at` in ms since the Unix epoch.
    ///
    /// - Throws: ``StoreError``; then nothing has changed. ``StoreError/failed(path:reason:)`` says so when the key is empty
    ///   or too long, the value too long, or one more key too many.
    package func setSetting(_ key: String, to value: String, at now: Instant) throws {
        if key.isEmpty || key.utf8.count > Self.settingKeyBytesMax {
            throw refused("a setting's name has 1 to \(Self.settingKeyBytesMax) bytes, not \(key.utf8.count)")
        }
        if value.utf8.count > Self.settingBytesMax {
            throw refused(
                "\(key) has \(value.utf8.count) bytes, and at most \(Self.settingBytesMax) are kept: make it shorter"
            )
        }
        try writing { db in
            if try Self.settingValue(key, db) == nil, try Self.settingCount(besides: key, db) >= Self.settingsMax {
                throw refused("\(Self.settingsMax) settings like \(key) are stored already: delete one first")
            }
            let upsert = try RawStatement(
                db,
                """
                INSERT INTO settings (key, value, updated_at) VALUES (?1, ?2, ?3)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
                """
            )
            try upsert.bind(1, key)
            try upsert.bind(2, value)
            try upsert.bind(3, now.milliseconds)
            try upsert.run()
        }
    }

    /// Forgets what is stored under a key, if anything is.
    ///
    /// - Throws: ``StoreError``.
    package func removeSetting(_ key: String) throws {
        try writing { db in
            let delete = try RawStatement(db, "DELETE FROM settings WHERE key = ?1")
            try delete.bind(1, key)
            try delete.run()
        }
    }

    /// What is stored under a key; nil when nothing is.
    ///
    /// - Throws: ``StoreError``.
    package func setting(_ key: String) throws -> String? { try reading { try Self.settingValue(key, $0) } }

    /// All that is stored under keys that begin with a text, by key, at most ``settingsMax``; capitals matter.
    ///
    /// - Throws: ``StoreError``.
    package func settings(prefix: String) throws -> [StoredSetting] {
        try reading { db in
            let select = try RawStatement(
                db,
                """
                SELECT key, value, updated_at FROM settings
                WHERE key >= ?1 AND substr(key, 1, length(?1)) = ?1 ORDER BY key LIMIT \(Self.settingsMax)
                """
            )
            defer { select.reset() }
            try select.bind(1, prefix)
            var found: [StoredSetting] = []
            while try select.step() {
                found.append(
                    StoredSetting(
                        key: select.text(0) ?? "",
                        value: select.text(1) ?? "",
                        changedAt: Instant(milliseconds: select.integer(2))
                    )
                )
            }
            return found
        }
    }

    private static func settingValue(_ key: String, _ db: Database) throws -> String? {
        let select = try RawStatement(db, "SELECT value FROM settings WHERE key = ?1")
        defer { select.reset() }
        try select.bind(1, key)
        return try select.step() ? select.text(0) : nil
    }

    /// Keys with the same text before the first `.`.
    private static func settingCount(besides key: String, _ db: Database) throws -> Int {
        let select = try RawStatement(
            db,
            """
            SELECT count(*) FROM settings
            WHERE substr(key, 1, instr(key, '.')) = substr(?1, 1, instr(?1, '.'))
            """
        )
        defer { select.reset() }
        try select.bind(1, key)
        return try select.step() ? Int(select.integer(0)) : 0
    }

    private func refused(_ reason: String) -> StoreError { .failed(path: path, reason: reason) }
}
