import EngineAPI
import MarketData
import MarketTime

/// The bodies of answers.
struct GatewayBodies: Sendable {
    let origin: GatewayOrigin

    /// A sentence as a body.
    func refusal(_ sentence: String) -> [UInt8] {
        var writer = GatewayJSONWriter()
        writer.object { $0.member("error", sentence) }
        return writer.bytes
    }

    /// `GET /v1/status`.
    func status(_ status: EngineStatus) -> [UInt8] {
        var writer = GatewayJSONWriter()
        writer.object { writer in
            writer.member("version", origin.version)
            writeMoment(status, &writer)
            writer.member("nextSession", status.session.nextSession.rawValue)
            writer.member("nextChange", GatewayTime.text(status.session.nextChange))
            part("feed", GatewayWords.feed(status.feed.state), &writer) {
                $0.member("host", status.feed.host)
                $0.member("succeededPolls", status.feed.succeededPolls)
                $0.member("failedPolls", status.feed.failedPolls)
            }
            part("stream", GatewayWords.stream(status.stream.state), &writer) {
                $0.member("host", status.stream.host)
                $0.member("eventsPerSecond", status.stream.eventsPerSecond)
            }
            part("store", GatewayWords.store(status.store), &writer) { _ in }
            part("baseline", GatewayWords.baseline(status.baseline), &writer) {
                if case .ready(let days, let tickers) = status.baseline {
                    $0.member("days", days)
                    $0.member("tickers", tickers)
                }
            }
            part("reference", GatewayWords.reference(status.reference.phase), &writer) {
                $0.member("listed", status.reference.listed)
                $0.member("withFloat", status.reference.withFloat)
                $0.member("withMarketCap", status.reference.withMarketCap)
                $0.member("withSector", status.reference.withSector)
                $0.member("stamp", status.reference.stamp?.iso)
            }
            writer.name("counts")
            writer.object {
                $0.member("tickers", status.universeCount)
                $0.member("traded", status.tradedCount)
                $0.member("shortList", status.shortListCount)
                $0.member("lists", status.lists.count)
            }
        }
        return writer.bytes
    }

    private func part(
        _ name: StaticString,
        _ words: (state: String, sentence: String?),
        _ writer: inout GatewayJSONWriter,
        _ rest: (inout GatewayJSONWriter) -> Void
    ) {
        writer.name(name)
        writer.object { writer in
            writer.member("state", words.state)
            if let sentence = words.sentence { writer.member("sentence", sentence) }
            rest(&writer)
        }
    }

    private func writeMoment(_ status: EngineStatus, _ writer: inout GatewayJSONWriter) {
        writer.member("origin", origin.name)
        writer.member("time", GatewayTime.text(status.now))
        writer.member("timeMs", Int(status.now.milliseconds))
        writer.member("dataTime", status.snapshotDataTime.map(GatewayTime.text))
        writer.name("dataTimeMs")
        if let time = status.snapshotDataTime { writer.whole(Int(time.milliseconds)) } else { writer.string(nil) }
        writer.member("session", status.session.session.rawValue)
        writer.member("tradingDay", status.session.tradingDay.iso)
    }

    /// `GET /v1/lists`.
    func lists(_ status: EngineStatus) -> [UInt8] {
        var writer = GatewayJSONWriter()
        writer.object { writer in
            writeMoment(status, &writer)
            writer.name("lists")
            writer.array { writer in
                for list in status.lists {
                    writer.object {
                        $0.member("name", list.name)
                        $0.member("title", list.title)
                        $0.member("matchCount", list.matchCount)
                        $0.member("unknownCount", list.unknownCount)
                        $0.member("newCount", list.newCount)
                        $0.member("isActive", list.isActive)
                        $0.member("problem", list.problem)
                    }
                }
            }
        }
        return writer.bytes
    }

    /// `POST /v1/scan`; `columns` are the columns asked for.
    func scan(_ answer: ScanAnswer, columns: [ColumnID]) -> [UInt8] {
        let result = answer.result
        var writer = GatewayJSONWriter()
        writer.object { writer in
            writeMoment(answer.status, &writer)
            writer.member("matchCount", result.matchCount)
            writer.member("unknownCount", result.unknownCount)
            writer.member("problem", result.problem)
            writer.member("from", result.rows.lowerBound)
            writer.member("symbols", texts: result.symbols.lazy.map(\.text))
            writer.member("columns", texts: columns.lazy.map(\.rawValue))
            writer.name("rows")
            writer.array { writer in writeRows(result, columns, &writer) }
            writer.name("flags")
            writer.array { writer in
                for row in result.symbols.indices {
                    let flags = result.flags.indices.contains(row) ? result.flags[row] : []
                    writer.array { writer in
                        for word in GatewayWords.flags(flags) { writer.string(word) }
                    }
                }
            }
            writer.name("ledger")
            writer.array { writer in
                for clause in result.ledger {
                    writer.object {
                        $0.member("text", clause.text)
                        $0.member("passAlone", clause.passAlone)
                        $0.member("matchWithout", clause.matchWithout)
                        $0.member("unknown", clause.unknown)
                        $0.member("isTightest", clause.isTightest)
                    }
                }
            }
        }
        return writer.bytes
    }

    /// Where a column's values are in a result.
    private enum Place {
        case symbols
        case numbers([Double])
        case texts([String])
        case nowhere
    }

    private func writeRows(_ result: ScanResult, _ columns: [ColumnID], _ writer: inout GatewayJSONWriter) {
        let places = columns.map { id -> Place in
            if id == .symbol { return .symbols }
            // An engine that gives fewer columns than it was asked for leaves the others unknown.
            guard let index = result.columns.firstIndex(of: id) else { return .nowhere }
            if ColumnDescriptor.of(id)?.kind == .text {
                return result.texts.indices.contains(index) ? .texts(result.texts[index]) : .nowhere
            }
            return result.values.indices.contains(index) ? .numbers(result.values[index]) : .nowhere
        }
        for row in result.symbols.indices {
            writer.array { writer in
                for place in places {
                    switch place {
                    case .symbols: writer.string(result.symbols[row].text)
                    case .numbers(let numbers) where row < numbers.count: writer.number(numbers[row])
                    case .texts(let texts) where row < texts.count && !texts[row].isEmpty: writer.string(texts[row])
                    default: writer.string(nil)
                    }
                }
            }
        }
    }
}
