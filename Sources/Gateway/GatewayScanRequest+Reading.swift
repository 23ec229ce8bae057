import EngineAPI
import MarketData

extension GatewayScanRequest {
    private static let names = ["filter", "list", "sort", "columns", "from", "count", "gate", "ledger"]
    private static let gateNames = ["minPrice", "minVolume", "minDollarVolume", "includesTestTickers"]

    /// The request in a body.
    init(body: [UInt8]) throws(GatewayRefusal) {
        let json: GatewayJSON
        do {
            json = try GatewayJSONReader.read(body)
        } catch {
            throw GatewayRefusal(400, "The body is no JSON: \(error.words) at byte \(error.offset).")
        }
        try Self.checkNames(json, Self.names, of: "the request")
        self.init()
        filter = try Self.member(json, "filter", "a text") { $0.text }
        list = try Self.member(json, "list", "a text") { $0.text }
        sort = try Self.member(json, "sort", "an array of {\"column\": …, \"descending\": …}") { $0.array }
            .map { keys throws(GatewayRefusal) in try keys.map { key throws(GatewayRefusal) in try Self.sortKey(key) } }
        let columnNames = "an array of names"
        columns = try Self.member(json, "columns", columnNames) { $0.array }.map { items throws(GatewayRefusal) in
            try items.map { item throws(GatewayRefusal) in
                guard let name = item.text else { throw Self.wrongKind("columns", columnNames, item) }
                return name
            }
        }
        from = try Self.member(json, "from", "a whole number") { $0.whole } ?? 0
        count = try Self.member(json, "count", "a whole number") { $0.whole } ?? Self.countDefault
        ledger = try Self.member(json, "ledger", "true or false") { $0.bool } ?? false
        if let gate = json["gate"] {
            try Self.checkNames(gate, Self.gateNames, of: "gate")
            self.gate.minPrice = try Self.floor(gate, "minPrice")
            self.gate.minVolume = try Self.floor(gate, "minVolume")
            self.gate.minDollarVolume = try Self.floor(gate, "minDollarVolume")
            let includesTest = try Self.member(gate, "includesTestTickers", "true or false") { $0.bool }
            self.gate.includesTestTickers = includesTest ?? false
        }
    }

    private static func sortKey(_ json: GatewayJSON) throws(GatewayRefusal) -> Sort {
        try checkNames(json, ["column", "descending"], of: "a sort key")
        guard let column = try member(json, "column", "a text", { $0.text }) else {
            throw GatewayRefusal(400, "A sort key needs a \"column\".")
        }
        return Sort(column: column, descending: try member(json, "descending", "true or false") { $0.bool })
    }

    private static func floor(_ json: GatewayJSON, _ name: String) throws(GatewayRefusal) -> Double {
        let value = try member(json, name, "a number of 0 or more") { $0.number } ?? 0
        guard value >= 0 else { throw GatewayRefusal(400, "\"\(name)\" must be a number of 0 or more.") }
        return value
    }

    private static func member<Value>(
        _ json: GatewayJSON,
        _ name: String,
        _ expected: String,
        _ read: (GatewayJSON) -> Value?
    ) throws(GatewayRefusal) -> Value? {
        guard let member = json[name] else { return nil }
        guard let value = read(member) else { throw wrongKind(name, expected, member) }
        return value
    }

    private static func wrongKind(_ name: String, _ expected: String, _ json: GatewayJSON) -> GatewayRefusal {
        GatewayRefusal(400, "\"\(name)\" must be \(expected), not \(json.kind).")
    }

    private static func checkNames(
        _ json: GatewayJSON,
        _ known: [String],
        of what: String
    ) throws(GatewayRefusal) {
        guard case .object(let members) = json else {
            throw GatewayRefusal(400, "An object is expected for \(what), not \(json.kind).")
        }
        for member in members where !known.contains(member.name) {
            let names = known.joined(separator: ", ")
            throw GatewayRefusal(400, "There is no \"\(Self.shown(member.name))\" in \(what); there are: \(names).")
        }
    }

    /// Foreign text as it may stand in a sentence: short; the writer takes control characters out.
    static func shown(_ text: String) -> String { text.count > 40 ? text.prefix(40) + "…" : text }
}

extension GatewayScanRequest {
    /// The columns answered, `symbol` among them where it was asked for, and the query for the engine.
    func query(rowsMax: Int) throws(GatewayRefusal) -> (columns: [ColumnID], query: ScanQuery) {
        guard (0...10_000_000).contains(from) else { throw GatewayRefusal(400, "\"from\" must be 0 to 10000000.") }
        guard (0...rowsMax).contains(count) else {
            throw GatewayRefusal(400, "\"count\" must be 0 to \(rowsMax); fetch more rows with \"from\".")
        }
        let names = columns ?? ["price", "chg%", "vol", "rvol"]
        guard names.count <= ColumnID.allCases.count else {
            throw GatewayRefusal(400, "There are \(ColumnID.allCases.count) columns; \(names.count) were asked for.")
        }
        var wanted: [ColumnID] = []
        for name in names {
            let column = try Self.column(name)
            guard column.kind != .strip else {
                throw GatewayRefusal(400, "The column \"\(column.id.rawValue)\" is drawn only; it has no values.")
            }
            wanted.append(column.id)
        }
        var keys: [SortKey] = []
        for key in sort ?? [] {
            let column = try Self.column(key.column)
            guard column.isSortable else {
                throw GatewayRefusal(400, "One cannot sort by \"\(column.id.rawValue)\".")
            }
            keys.append(SortKey(column.id, descending: key.descending ?? column.sortsDescending))
        }
        if keys.count > 16 { throw GatewayRefusal(400, "At most 16 sort keys; \(keys.count) were given.") }
        let isBlank = filter?.allSatisfy(\.isWhitespace) ?? true
        // A filter may say by itself how to sort (`| sort chg%-`), and what its `| top` cuts goes by that.
        if keys.isEmpty, list == nil, isBlank { keys = [SortKey(.rvol, descending: true)] }
        let query = ScanQuery(
            gate: gate,
            list: list,
            filter: isBlank ? nil : filter,
            wantsLedger: ledger,
            sort: keys,
            columns: wanted.filter { $0 != .symbol },
            rows: from..<(from + count)
        )
        return (wanted, query)
    }

    private static func column(_ name: String) throws(GatewayRefusal) -> ColumnDescriptor {
        guard name.utf8.count <= 200, let column = ColumnDescriptor.named(name) else {
            throw GatewayRefusal(400, "There is no column \"\(shown(name))\"; `tradeul columns` lists them.")
        }
        return column
    }
}
