package import EngineAPI
package import MarketTime

/// A value of a row.
package enum GatewayValue: Hashable, Sendable {
    /// Not known.
    case missing
    /// A number; of a flag 1 or 0.
    case number(Double)
    /// Text, cleaned of control characters.
    case text(String)
}

/// What `POST /v1/scan` answers.
package struct GatewayAnswer: Hashable, Sendable {
    /// Market time of the answer, to the millisecond.
    package var time: Instant
    /// The newest time within the data; nil before the first snapshot.
    package var dataTime: Instant?
    /// `PRE_MARKET`, `MARKET_OPEN`, `POST_MARKET` or `CLOSED`.
    package var session: String
    /// The trading day whose data it is, `YYYY-MM-DD`.
    package var tradingDay: String
    /// `live` or `demo`.
    package var origin: String
    /// Tickers that match.
    package var matchCount: Int
    /// Tickers left out because something asked for is not known of them.
    package var unknownCount: Int
    /// Why the filter or list cannot be worked out; nil when it can.
    package var problem: String?
    /// Rank of the first row, from 0.
    package var from: Int
    /// Symbols by rank.
    package var symbols: [String]
    /// Names of the columns, in the request's order.
    package var columns: [String]
    /// Parallel to `symbols`; each row parallel to `columns`.
    package var rows: [[GatewayValue]]
    /// Parallel to `symbols`: words such as `halted`.
    package var flags: [[String]]
    /// What each clause of the filter does; empty unless asked for.
    package var ledger: [ClauseCount]

    /// An answer from the body of a 200.
    ///
    /// - Throws: ``GatewayAnswerError`` for anything else.
    package init(body: [UInt8]) throws(GatewayAnswerError) {
        let json = try GatewayAnswerError.object(body)
        time = Instant(milliseconds: Int64(try GatewayAnswerError.whole(json, "timeMs")))
        dataTime = json["dataTimeMs"]?.whole.map { Instant(milliseconds: Int64($0)) }
        session = try GatewayAnswerError.text(json, "session")
        tradingDay = try GatewayAnswerError.text(json, "tradingDay")
        origin = try GatewayAnswerError.text(json, "origin")
        matchCount = try GatewayAnswerError.whole(json, "matchCount")
        unknownCount = try GatewayAnswerError.whole(json, "unknownCount")
        problem = json["problem"]?.text
        from = try GatewayAnswerError.whole(json, "from")
        symbols = try GatewayAnswerError.array(json, "symbols").map { $0.text ?? "" }
        columns = try GatewayAnswerError.array(json, "columns").map { $0.text ?? "" }
        let width = columns.count
        let height = symbols.count
        rows = try GatewayAnswerError.array(json, "rows").map { row in
            (row.array ?? []).map { value in
                switch value {
                case .number(let number): .number(number)
                case .text(let text): .text(text)
                default: .missing
                }
            }
        }
        flags = try GatewayAnswerError.array(json, "flags").map { ($0.array ?? []).compactMap(\.text) }
        guard rows.count == height, flags.count == height, rows.allSatisfy({ $0.count == width }) else {
            throw GatewayAnswerError(words: "its rows do not fit its columns")
        }
        ledger = try GatewayAnswerError.array(json, "ledger").map { clause throws(GatewayAnswerError) in
            ClauseCount(
                text: try GatewayAnswerError.text(clause, "text"),
                passAlone: try GatewayAnswerError.whole(clause, "passAlone"),
                matchWithout: try GatewayAnswerError.whole(clause, "matchWithout"),
                unknown: try GatewayAnswerError.whole(clause, "unknown"),
                isTightest: clause["isTightest"]?.bool ?? false
            )
        }
    }

    /// The lists in the body of a 200 to `GET /v1/lists`.
    ///
    /// - Throws: ``GatewayAnswerError`` for anything else.
    package static func lists(body: [UInt8]) throws(GatewayAnswerError) -> [ListState] {
        let json = try GatewayAnswerError.object(body)
        return try GatewayAnswerError.array(json, "lists").map { item throws(GatewayAnswerError) in
            var list = ListState(
                name: try GatewayAnswerError.text(item, "name"),
                title: try GatewayAnswerError.text(item, "title")
            )
            list.matchCount = try GatewayAnswerError.whole(item, "matchCount")
            list.unknownCount = try GatewayAnswerError.whole(item, "unknownCount")
            list.newCount = try GatewayAnswerError.whole(item, "newCount")
            list.isActive = item["isActive"]?.bool ?? true
            list.problem = item["problem"]?.text
            return list
        }
    }

    /// The sentence in the body of an answer that is no 200; nil if there is none.
    package static func refusal(body: [UInt8]) -> String? {
        // A body of something else than this gateway has no sentence of its.
        guard let json = try? GatewayJSONReader.read(body) else { return nil }
        return json["error"]?.text
    }
}

/// Why an answer cannot be read: something else than this gateway answered, or an older one.
package struct GatewayAnswerError: Error, Hashable, CustomStringConvertible {
    /// What is wrong.
    var words: String

    /// A sentence for the person who asked.
    package var description: String { "The engine's answer cannot be read: \(words)." }

    static func object(_ body: [UInt8]) throws(GatewayAnswerError) -> GatewayJSON {
        do {
            return try GatewayJSONReader.read(body)
        } catch {
            throw Self(words: "\(error.words) at byte \(error.offset)")
        }
    }

    static func whole(_ json: GatewayJSON, _ name: String) throws(GatewayAnswerError) -> Int {
        guard let value = json[name]?.whole else { throw Self(words: "\(name) is missing or no whole number") }
        return value
    }

    static func text(_ json: GatewayJSON, _ name: String) throws(GatewayAnswerError) -> String {
        guard let value = json[name]?.text else { throw Self(words: "\(name) is missing or no text") }
        return value
    }

    static func array(_ json: GatewayJSON, _ name: String) throws(GatewayAnswerError) -> [GatewayJSON] {
        guard let value = json[name]?.array else { throw Self(words: "\(name) is missing or no array") }
        return value
    }
}
