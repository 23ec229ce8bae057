package import MarketData

/// Finds the column a field means: an exact name or alias, a window form, then a prefix only one column has.
///
/// A name that several columns begin with is never guessed at: the choice would change when a column is added.
package enum FieldLookup {
    /// The column of a field; nil when its name means none or several.
    package static func column(of field: FilterField) -> ColumnDescriptor? {
        if let argument = field.argument { return window(of: field.name, argument) }
        if let exact = ColumnDescriptor.named(field.name) { return exact }
        let choices = beginning(with: field.name)
        return choices.count == 1 ? choices[0] : nil
    }

    /// The column of a field.
    ///
    /// - Throws: An error at the field's place: unknown, with what was probably meant, or ambiguous, with the choices.
    package static func resolve(_ field: FilterField) throws(FilterDiagnostic) -> ColumnDescriptor {
        if let found = column(of: field) { return found }
        if field.argument != nil { throw unknownWindow(field) }
        let choices = beginning(with: field.name).map(\.id.rawValue)
        guard choices.isEmpty else {
            throw problem(field, "\"\(field.name)\" is ambiguous: \(listed(choices))")
        }
        if FilterFunction(rawValue: field.name) != nil {
            throw problem(field, "\(field.name) is a function and needs its values: \(field.name)(chg%)")
        }
        guard let meant = nearest(to: field.name) else {
            throw problem(field, "no field \"\(clipped(field.name))\"; tradeul columns lists all")
        }
        throw problem(field, "no field \"\(field.name)\"; did you mean \(meant)?", replacement: meant)
    }

    // MARK: Windows

    /// The column of `chg(5m)`, `vol%(5m)`, `sma(20)`, `rvol(slot-1)`, `age(halt)`.
    private static func window(of name: String, _ argument: String) -> ColumnDescriptor? {
        if name == "age" || name == "since" { return age(argument) }
        let isPercent = name.hasSuffix("%")
        var bases = [isPercent ? String(name.dropLast()) : name]
        if let id = (ColumnDescriptor.named(bases[0]) ?? ColumnDescriptor.named(name))?.id.rawValue {
            // An alias of the column without a window: `volume(5m)` is `vol(5m)`.
            let known = id.hasSuffix("%") ? String(id.dropLast()) : id
            if known != bases[0] { bases.append(known) }
        }
        for base in bases {
            for piece in pieces(argument) {
                let written = base + piece
                // Changes are percent by nature: `chg(5d)` is `chg5d%`, `chg%(5m)` is `chg5m`.
                let names = isPercent ? [written + "%", written] : [written, written + "%"]
                if let found = names.lazy.compactMap(ColumnDescriptor.named).first { return found }
            }
        }
        // Trades are counted over a minute anyway.
        let itself = ColumnDescriptor.named(name)
        return itself?.id == .tradesPerMinute && argument == "1m" ? itself : nil
    }

    /// How an argument is written in a column's name: `5m` as it is, `20` for `20d`, `.slot1` for `slot-1`.
    private static func pieces(_ argument: String) -> [String] {
        let joined = argument.filter { $0 != "-" }
        if argument.hasPrefix("slot") { return ["." + joined] }
        if joined.hasSuffix("d") { return [joined, String(joined.dropLast())] }
        if joined == "1h" || joined == "60m" { return ["60m", "1h"] }
        return [joined, "." + joined]
    }

    private static func age(_ of: String) -> ColumnDescriptor? {
        switch of {
        case "halt", "halted": ColumnDescriptor.of(.haltAge)
        case "print", "trade", "last", "price": ColumnDescriptor.of(.printAge)
        default: nil
        }
    }

    private static func unknownWindow(_ field: FilterField) -> FilterDiagnostic {
        let argument = field.argument ?? ""
        if field.name == "age" || field.name == "since" {
            return problem(field, "no age of \"\(clipped(argument))\"; expected age(halt) or age(print)")
        }
        let base = field.name.hasSuffix("%") ? String(field.name.dropLast()) : field.name
        guard let known = ColumnDescriptor.named(field.name) ?? ColumnDescriptor.named(base) else {
            guard let meant = nearest(to: base) else {
                return problem(field, "no field \"\(clipped(field.name))\"; tradeul columns lists all")
            }
            let replacement = "\(meant)(\(argument))"
            return problem(field, "no field \"\(field.name)\"; did you mean \(replacement)?", replacement: replacement)
        }
        let stem = known.id.rawValue.hasSuffix("%") ? String(known.id.rawValue.dropLast()) : known.id.rawValue
        let windows = ColumnDescriptor.all.map(\.id.rawValue).filter { isWindow($0, of: stem) }
        let advice = windows.isEmpty ? "it has no windows" : "there are \(listed(windows))"
        return problem(field, "no window \"\(clipped(argument))\" of \(field.name); \(advice)")
    }

    private static func isWindow(_ name: String, of stem: String) -> Bool {
        guard name.hasPrefix(stem), let next = name.dropFirst(stem.count).first else { return false }
        return next.isNumber || name.hasPrefix(stem + ".slot")
    }

    // MARK: Names

    /// Names and aliases: names first, so that of equally near ones a name counts.
    private static let names: [(bytes: [UInt8], name: String)] =
        (ColumnDescriptor.all.map(\.id.rawValue) + ColumnDescriptor.all.flatMap(\.aliases)).map { (Array($0.utf8), $0) }

    /// The same by their bytes, with the column's place in the registry.
    private static let sorted: [(bytes: [UInt8], place: Int)] = ColumnDescriptor.all.enumerated().flatMap {
        place,
        entry in
        ([entry.id.rawValue] + entry.aliases).map { (Array($0.utf8), place) }
    }.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }

    /// Columns of which a name or an alias begins like this, each once, in the registry's order.
    static func beginning(with prefix: String) -> [ColumnDescriptor] {
        let bytes = Array(prefix.lowercased().utf8)
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].bytes.lexicographicallyPrecedes(bytes) { low = middle + 1 } else { high = middle }
        }
        var places: [Int] = []
        while low < sorted.count, sorted[low].bytes.starts(with: bytes) {
            if !places.contains(sorted[low].place) { places.append(sorted[low].place) }
            low += 1
        }
        return places.sorted().map { ColumnDescriptor.all[$0] }
    }

    /// The name or alias at most two edits away (one for up to three letters); nil when all are further.
    private static func nearest(to typed: String) -> String? {
        let bytes = Array(typed.utf8)
        guard bytes.count <= 32 else { return nil }
        var best = (edits: bytes.count <= 3 ? 2 : 3, name: String?.none)
        for entry in names {
            let edits = EditDistance.between(bytes, entry.bytes, below: best.edits)
            if edits < best.edits { best = (edits, entry.name) }
        }
        return best.name
    }

    private static func listed(_ names: [String]) -> String {
        names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }

    private static func clipped(_ name: String) -> String {
        name.count <= 32 ? name : String(name.prefix(31)) + "…"
    }

    private static func problem(
        _ field: FilterField,
        _ message: String,
        replacement: String? = nil
    ) -> FilterDiagnostic {
        let (lower, upper) = (field.span.lower, field.span.upper)
        return FilterDiagnostic(
            severity: .error,
            lower: lower,
            upper: upper,
            message: message,
            fix: replacement.map { FilterDiagnostic.Fix(lower: lower, upper: upper, replacement: $0) }
        )
    }
}

/// How far two names are from each other.
///
/// It runs over every name at each key a trader types, so unlike `NearestName` it stops where a name is too far.
enum EditDistance {
    /// Fewest insertions, removals, replacements and swaps of neighbours from one name to another, or `limit` when it
    /// takes as many or more.
    static func between(_ from: [UInt8], _ to: [UInt8], below limit: Int) -> Int {
        guard abs(from.count - to.count) < limit else { return limit }
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * (to.count + 1)) { table in
            let width = to.count + 1
            for j in 0..<width { table[j] = j }
            // Rows of the table in turn: the one before the last, the last, the one being filled.
            var (older, old, new) = (2 * width, 0, width)
            for i in from.indices {
                table[new] = i + 1
                var least = i + 1
                for j in to.indices {
                    let change = table[old + j] + (from[i] == to[j] ? 0 : 1)
                    var edits = min(change, table[old + j + 1] + 1, table[new + j] + 1)
                    if i > 0, j > 0, from[i] == to[j - 1], from[i - 1] == to[j] {
                        edits = min(edits, table[older + j - 1] + 1)
                    }
                    table[new + j + 1] = edits
                    least = min(least, edits)
                }
                if least > limit { return limit }
                (older, old, new) = (old, new, older)
            }
            return min(limit, table[old + to.count])
        }
    }
}
