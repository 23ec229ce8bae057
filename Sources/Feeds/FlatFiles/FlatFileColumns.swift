/// Which column of a flat file means what, by the names in its header; the order does not matter, unknown names are left
/// alone.
struct FlatFileColumns: Equatable {
    /// What a column holds.
    enum Role: UInt8 {
        case other
        case ticker
        case volume
        case start
        case trades
        case open
        case high
        case low
        case close
    }

    private static let names: [(name: String, role: Role)] = [
        ("ticker", .ticker), ("volume", .volume), ("window_start", .start), ("transactions", .trades), ("open", .open),
        ("high", .high), ("low", .low), ("close", .close),
    ]
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// What each column holds, from the left.
    let roles: [Role]

    /// Reads a header line, without its line break; prices count only where they are wanted.
    init(header line: UnsafeRawBufferPointer, wantsPrices: Bool) throws(FlatFileError.Problem) {
        var bytes = line[...]
        if bytes.starts(with: Self.byteOrderMark) { bytes = bytes.dropFirst(Self.byteOrderMark.count) }
        if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
        guard !bytes.isEmpty else { throw .notTable("it is empty, or begins with an empty line") }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { throw .notTable("its first line is no text") }
        let found = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard found.count <= FlatFileLimits.columns else {
            throw .notTable("it has more than \(FlatFileLimits.columns) columns")
        }
        var missing: [String] = []
        var roles = [Role](repeating: .other, count: found.count)
        for (name, role) in Self.names {
            let places = found.indices.filter { found[$0].elementsEqual(name.utf8) }
            guard places.count <= 1 else { throw .notTable("its header names \(name) twice") }
            let isPrice = role.rawValue >= Role.open.rawValue
            if let place = places.first {
                if wantsPrices || !isPrice { roles[place] = role }
            } else if role != .trades, wantsPrices || !isPrice {
                missing.append(name)
            }
        }
        guard missing.isEmpty else { throw .missingColumns(missing) }
        self.roles = roles
    }
}
