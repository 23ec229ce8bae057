import EngineAPI
import MarketData

/// The last entries of the why-log: a ring, so that a busy day costs no more than a quiet one.
struct WhyLog: Sendable {
    /// Entries kept; beyond, the oldest go.
    static let entriesMax = 4096

    private var entries: [ScanEvent] = []
    /// Where the next entry goes once the ring is full.
    private var next = 0

    /// Adds entries, oldest first.
    mutating func add(_ events: [ScanEvent]) {
        for event in events.suffix(Self.entriesMax) {
            if entries.count < Self.entriesMax {
                entries.append(event)
            } else {
                entries[next] = event
                next = (next + 1) % Self.entriesMax
            }
        }
    }

    /// The entries a query asks for, newest first.
    func answer(_ query: WhyQuery) -> [ScanEvent] {
        var found: [ScanEvent] = []
        let wanted = min(max(query.count, 0), Self.entriesMax)
        for step in 0..<entries.count where found.count < wanted {
            let event = entries[(next + entries.count - 1 - step) % entries.count]
            if let list = query.list, event.list != list { continue }
            if let symbol = query.symbol, event.symbol != symbol { continue }
            found.append(event)
        }
        return found
    }
}
