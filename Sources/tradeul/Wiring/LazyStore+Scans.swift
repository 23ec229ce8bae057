import EngineAPI
import MarketData
import MarketTime
import Store

extension LazyStore: ReferenceStore {
    func referenceFacts() throws -> ReferenceFacts { try open().referenceFacts() }

    func referenceProgress() throws -> [ReferenceProgress] { try open().referenceProgress() }

    func unknownSymbols(of part: ReferencePart, since day: DayID) throws -> Set<Symbol> {
        try open().unknownSymbols(of: part, since: day)
    }

    func answeredSymbols(of part: ReferencePart, since day: DayID) throws -> Set<Symbol> {
        try open().answeredSymbols(of: part, since: day)
    }

    func write(_ facts: [ReferenceFact], unknown: [Symbol], source: String, _ progress: ReferenceProgress) throws {
        try open().write(facts, unknown: unknown, source: source, progress)
    }
}

extension LazyStore: ScanStore {
    func write(_ records: ScanRecords) throws { try open().write(records) }

    func write(_ events: [ScanEvent], day: DayID) throws { try open().write(events, day: day) }
}
