import EngineAPI
import MarketData
import MarketTime

/// Who has just come into the first places, so that the eye finds what is new in a list that moves.
struct Leaders: Hashable, Sendable {
    /// A place below this rank is among the first.
    static let entryRank = 40
    /// Only from this rank on a symbol has left them: one that swings about the border is not new each time.
    static let exitRank = 60
    /// How long a newcomer is marked.
    static let markSeconds: Int64 = 60

    /// What the order goes by; when it changes, everybody's place does, and nobody is a newcomer.
    struct Basis: Hashable {
        var sort: SortKey
        var gate: ScanGate
        var list: String?
        var filter: String?
        var rvol: RVOLSettings
        var baseline: BaselineState
        var tradingDay: DayID
    }

    private var basis: Basis?
    private var members: Set<Symbol> = []
    private var enteredAt: [Symbol: Instant] = [:]
    /// When those who left did, oldest first, of the last minute.
    private var leftAt: [Instant] = []

    /// Takes an answer that starts at rank 0; others say nothing about the first places.
    mutating func update(_ result: ScanResult, basis newBasis: Basis, now: Instant) {
        guard result.rows.lowerBound == 0, result.symbols.count >= min(result.matchCount, Self.exitRank) else { return }
        guard basis == newBasis, !members.isEmpty else {
            basis = newBasis
            members = Set(result.symbols.prefix(Self.entryRank))
            enteredAt = [:]
            leftAt = []
            return
        }
        let before = members.count
        members.formIntersection(result.symbols.prefix(Self.exitRank))
        leftAt += Array(repeating: now, count: before - members.count)
        leftAt.removeAll { !Self.isRecent($0, now) }
        for symbol in result.symbols.prefix(Self.entryRank) where members.insert(symbol).inserted {
            enteredAt[symbol] = now
        }
        enteredAt = enteredAt.filter { members.contains($0.key) && Self.isRecent($0.value, now) }
    }

    /// Whether a symbol came in within the last minute.
    func isNew(_ symbol: Symbol, at now: Instant) -> Bool {
        guard !enteredAt.isEmpty, let entered = enteredAt[symbol] else { return false }
        return Self.isRecent(entered, now)
    }

    /// How many came in and how many left within the last minute.
    func changes(at now: Instant) -> (entered: Int, left: Int) {
        (enteredAt.values.count { Self.isRecent($0, now) }, leftAt.count { Self.isRecent($0, now) })
    }

    /// A moment of the future, left by a clock that was set back, is not recent.
    private static func isRecent(_ entered: Instant, _ now: Instant) -> Bool {
        entered <= now && now < entered.adding(seconds: markSeconds)
    }
}
