import EngineAPI
import Gateway
import Glibc
import MarketData
import MarketTime
import Network

/// The sockets on which engines of this machine answer, and how one is asked.
struct EngineSockets: Sendable {
    /// Whose engine it is.
    enum Engine: String, CaseIterable, Sendable {
        /// The live market's.
        case live
        /// The demo's.
        case demo

        /// In words, for the line that says where numbers come from.
        var words: String {
            switch self {
            case .live: "the running engine"
            case .demo: "the demo's engine: a simulated market"
            }
        }
    }

    /// Where the sockets are; nil when there is no place for them.
    let folder: String?

    /// A socket's path.
    func path(_ engine: Engine) -> String? { folder.map { Paths.join($0, engine.rawValue + ".sock") } }

    /// Real milliseconds an engine on this machine may take.
    private static let timeoutMs = 8000

    /// Asks the engines in order; the first that answers counts.
    ///
    /// Nil when none runs.
    ///
    /// - Throws: ``Failure`` when one runs and refuses the question.
    func ask(
        _ request: GatewayScanRequest,
        _ engines: [Engine]
    ) throws(Failure) -> (answer: GatewayAnswer, engine: Engine)? {
        for engine in engines {
            guard let body = try fetch("/v1/scan", json: request.json, engine) else { continue }
            do {
                return (try GatewayAnswer(body: body), engine)
            } catch {
                throw Failure(
                    status: .unreachable,
                    sentence: "\(engine.words) answers with what is no answer: \(error)"
                )
            }
        }
        return nil
    }

    /// The body of an answer; nil when no engine is there.
    ///
    /// - Throws: ``Failure`` when it refuses.
    func fetch(_ route: String, json: String?, _ engine: Engine) throws(Failure) -> [UInt8]? {
        guard let path = path(engine), access(path, F_OK) == 0 else { return nil }
        var request = HTTPRequest(url: "http://localhost" + route)
        request.unixSocketPath = path
        request.json = json
        request.acceptsCompression = false
        request.limits = HTTPRequest.Limits(
            connectTimeoutMs: 1000,
            totalTimeoutMs: Self.timeoutMs,
            slowBytesPerSecond: 0,
            maxBodyBytes: 64 << 20
        )
        let client = HTTPClient()
        defer { client.close() }
        let response: HTTPResponse
        do {
            response = try client.perform(request)
        } catch {
            // A socket that nobody listens on is left by one that was killed.
            switch error {
            case .refused, .unreachable: return nil
            case .timedOut:
                throw Failure(
                    status: .unreachable,
                    sentence:
                        "\(engine.words) has not answered within \(Self.timeoutMs / 1000) s: it is busy, try again"
                )
            default: throw Failure(status: .unreachable, sentence: "\(engine.words) does not answer: \(error.sentence)")
            }
        }
        let body = response.body.prefix(response.body.count)
        guard response.status == 200 else {
            let words = Console.printable(String(decoding: body.prefix(500), as: UTF8.self))
            let status: ExitStatus = response.status == 400 ? .usage : .unreachable
            throw Failure(status: status, sentence: "\(engine.words) answers \(response.status): \(words)")
        }
        return body
    }
}

extension GatewayScanRequest {
    /// A query as the engine's socket takes it.
    init(_ query: ScanQuery) {
        self.init(
            filter: query.filter,
            list: query.list,
            sort: query.sort.isEmpty
                ? nil : query.sort.map { Sort(column: $0.column.rawValue, descending: $0.descending) },
            columns: query.columns.map(\.rawValue),
            from: query.rows.lowerBound,
            count: query.rows.count,
            gate: query.gate,
            ledger: query.wantsLedger
        )
    }
}

extension ScanTable {
    /// What an engine's socket answered.
    ///
    /// - Throws: ``Failure`` when the filter or list cannot be worked out there.
    init(_ answer: GatewayAnswer, source: String) throws(Failure) {
        if let problem = answer.problem { throw Failure(status: .usage, sentence: problem) }
        self.init()
        let known = answer.columns.enumerated().compactMap { index, name in
            ColumnDescriptor.named(name).map { (index: index, column: $0) }
        }
        let rows = answer.symbols.enumerated().compactMap { index, text in
            Symbol(text).map { (index: index, symbol: $0) }
        }
        columns = known.map(\.column.id)
        symbols = rows.map(\.symbol)
        for entry in known {
            let cells = rows.map { row -> GatewayValue in
                let cells = answer.rows.indices.contains(row.index) ? answer.rows[row.index] : []
                return cells.indices.contains(entry.index) ? cells[entry.index] : .missing
            }
            values.append(cells.map { if case .number(let number) = $0 { number } else { .nan } })
            let words = cells.map { if case .text(let text) = $0 { text } else { "" } }
            texts.append(entry.column.kind == .text ? words : [])
        }
        matchCount = answer.matchCount
        unknownCount = answer.unknownCount
        ledger = answer.ledger
        time = answer.time
        dataTime = answer.dataTime
        session = MarketSession(rawValue: answer.session) ?? .closed
        self.source = source
    }
}
