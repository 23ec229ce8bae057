/// Counts what each clause does, in one pass over the rows: a row that fails exactly one clause would match without it.
struct ClauseLedger {
    private var rows: [FilterClauseCount]
    private let admitted: [Bool]?
    private var matches = 0
    /// Rows failed by one clause only, per clause.
    private var failedAlone: [Int]
    // Per row of a block: whether it counts (0 or 1), how many clauses it fails, and the sum of their numbers from 1 on, which
    // names the clause when it is one.
    private var weights: [UInt8] = []
    private var fails: [UInt16] = []
    private var which: [UInt16] = []

    /// Nothing counted yet; at most 65,535 clauses.
    init(clauseCount: Int, admitted: [Bool]?) {
        rows = (0..<clauseCount).map {
            FilterClauseCount(clause: $0, passAlone: 0, matchWithout: 0, unknown: 0, isTightest: false)
        }
        failedAlone = [Int](repeating: 0, count: clauseCount)
        self.admitted = admitted
    }

    /// Begins a block.
    mutating func begin(first: Int, count: Int) {
        if fails.count < count {
            weights = [UInt8](repeating: 1, count: count)
            fails = [UInt16](repeating: 0, count: count)
            which = [UInt16](repeating: 0, count: count)
        }
        for row in 0..<count {
            fails[row] = 0
            which[row] = 0
        }
        guard let admitted else { return }
        for row in 0..<count { weights[row] = first + row < admitted.count && admitted[first + row] ? 1 : 0 }
    }

    /// Adds a clause's verdicts (0 false, 1 unknown, 2 true) over the block.
    mutating func add(_ clause: Int, _ verdicts: UnsafeMutablePointer<UInt8>, count: Int) {
        let number = UInt16(truncatingIfNeeded: clause + 1)
        // Sums of a block fit 16 bits: a block has 1,024 rows.
        var (trues, unknowns) = (UInt16(0), UInt16(0))
        weights.withUnsafeBufferPointer { weights in
            fails.withUnsafeMutableBufferPointer { fails in
                which.withUnsafeMutableBufferPointer { which in
                    for row in 0..<count {
                        let (verdict, weight) = (verdicts[row], weights[row])
                        let fail = UInt16(1 &- verdict >> 1)
                        trues &+= UInt16((verdict >> 1) & weight)
                        unknowns &+= UInt16(verdict & weight)
                        fails[row] &+= fail
                        which[row] &+= fail &* number
                    }
                }
            }
        }
        rows[clause].passAlone += Int(trues)
        rows[clause].unknown += Int(unknowns)
    }

    /// Ends a block.
    mutating func end(count: Int) {
        for row in 0..<count where weights[row] == 1 && fails[row] <= 1 {
            if fails[row] == 0 {
                matches += 1
            } else {
                failedAlone[Int(which[row]) - 1] += 1
            }
        }
    }

    /// What was counted.
    func counts() -> [FilterClauseCount] {
        let most = failedAlone.max() ?? 0
        let tightest = most > 0 ? failedAlone.firstIndex(of: most) : nil
        return rows.map { row in
            var row = row
            row.matchWithout = matches + failedAlone[row.clause]
            row.isTightest = row.clause == tightest
            return row
        }
    }
}
