import EngineAPI
import FilterLanguage
import MarketData
import MarketTime

// Who is on a list: one who is not on it enters when the filter is true and the exit test, if there is one, is not; one who
// is on it stays while the exit test is not true, or without one while the filter is. A filter and an exit that are true at
// once therefore keep a ticker off instead of letting it flicker. A ticker outside the feed leaves; one ranked below the end
// is cut; both at once and whatever its shortest stay.

/// One list at work.
struct ScanList: Sendable {
    /// Ranks above which each change is stored at once; below only by the minute.
    static let sharpRanks = 20
    /// Ranks that are stored.
    static let storedRanks = 50
    /// Ranks a ticker must have moved for the why-log to tell.
    static let toldRanks = 10
    /// Pause between two entries about one ticker's rank, and how long it counts as new, ns.
    static let minuteNs: Int64 = 60_000_000_000

    private(set) var definition: ScanDefinition
    private(set) var problem: String?
    /// It is wrong whatever its texts say: its name, or one list too many.
    let isRefused: Bool
    private(set) var sort: [SortKey] = []
    private(set) var columns: [ColumnID] = []
    private var top = 0
    private var rule: ScanRule?
    private var exit: ScanRule?

    /// By rank.
    private(set) var members: [ScanMember] = []
    private(set) var matchCount = 0
    private(set) var unknownCount = 0
    /// Per row what ``RuleResult/deciding`` said at the last run.
    private(set) var deciding: [UInt8] = []
    /// Its rule has changed since the last run.
    private var isEdited = false
    /// It has been worked out today in one of its sessions.
    private(set) var hasRun = false

    /// A list nobody is on; what is wrong with it stands in ``problem``.
    init(_ definition: ScanDefinition, problem: String?, _ shelf: inout FilterShelf) {
        self.definition = definition
        self.problem = problem
        isRefused = problem != nil
        if problem == nil { compile(&shelf) }
    }

    /// Whether it can be worked out.
    var isRunnable: Bool { rule != nil && problem == nil }

    /// Whether it is worked out in a session.
    func isActive(in session: MarketSession) -> Bool {
        definition.sessions.isEmpty ? session != .closed : definition.sessions.contains(session)
    }

    /// Adds the columns it needs.
    func add(to needs: inout ColumnNeeds) {
        rule?.add(to: &needs)
        exit?.add(to: &needs)
        needs.add(sort)
    }

    /// Takes the members of the list as it was before an edit: they leave by the new rule.
    mutating func inherit(_ old: Self) {
        members = old.members
        isEdited = true
    }

    /// Takes what changes nothing of who is on it.
    mutating func rename(_ new: ScanDefinition) {
        definition.title = new.title
        definition.summary = new.summary
        definition.isFollowed = new.isFollowed
        definition.origin = new.origin
        definition.sessions = new.sessions
        definition.minStaySeconds = new.minStaySeconds
        definition.columns = new.columns
        if let rule { columns = new.columns.isEmpty ? rule.columns : new.columns }
    }

    /// Whether another definition means the same members in the same order.
    func isSameRule(_ other: ScanDefinition) -> Bool {
        definition.filter == other.filter && definition.exit == other.exit && definition.sort == other.sort
            && definition.top == other.top
    }

    /// Forgets the day.
    mutating func resetDay() {
        members = []
        matchCount = 0
        unknownCount = 0
        deciding = []
        hasRun = false
        isEdited = false
    }

    private mutating func compile(_ shelf: inout FilterShelf) {
        let filter = shelf.filter(definition.filter)
        guard let program = filter.program else {
            problem = "filter \(filter.problem ?? "")"
            return
        }
        let rule = ScanRule(program)
        sort =
            definition.sort.isEmpty ? rule.sort.map { SortKey($0.column, descending: $0.descending) } : definition.sort
        if sort.isEmpty { sort = [SortKey(.rvol, descending: true)] }
        columns = definition.columns.isEmpty ? rule.columns : definition.columns
        top = min(max(definition.top, 1), ScanDefinition.topMax, rule.top ?? .max)
        if let text = definition.exit {
            let compiled = shelf.filter(text)
            guard let program = compiled.program else {
                problem = "exit \(compiled.problem ?? "")"
                return
            }
            exit = ScanRule(program)
        }
        if let key = sort.first(where: { !(ColumnDescriptor.of($0.column)?.isSortable ?? false) }) {
            problem = "sort: one cannot sort by \(key.column.rawValue)"
            return
        }
        self.rule = rule
    }
}

extension ScanList {
    /// Works out who is on it, and what has changed since the last run.
    ///
    /// - Parameters:
    ///   - isTold: Whether entries of the why-log and records are made: not of a market that is closed.
    ///   - isFull: Whether all members are recorded.
    mutating func run(
        _ data: ScanData,
        _ scratch: inout ScanScratch,
        isTold: Bool,
        isFull: Bool,
        into findings: inout ScanFindings
    ) {
        guard rule != nil else { return }
        rule?.run(data, into: &scratch.filter)
        exit?.run(data, into: &scratch.exit)
        let order = RowOrder(sort, data)
        collect(order, data, &scratch)
        matchCount = scratch.entries.count
        order.arrange(&scratch.entries, from: 0, to: top)
        let old = members
        members = (0..<min(top, matchCount)).map { rank in
            let row = scratch.entries[rank].row
            let known = scratch.memberOf[Int(row)]
            let place = Int32(rank + 1)
            if known >= 0 {
                var member = old[Int(known)]
                member.bestRank = min(member.bestRank, place)
                return member
            }
            let now = data.now.nanoseconds
            return ScanMember(row: row, toldRank: place, bestRank: place, since: isTold ? now : 0, toldAt: now)
        }
        if isTold {
            tell(old, data, scratch, into: &findings)
            record(old, data, scratch, isFull: isFull, into: &findings)
            hasRun = true
        }
        for member in old { scratch.memberOf[Int(member.row)] = -1 }
        swap(&deciding, &scratch.filter.deciding)
        isEdited = false
    }

    /// Puts those who may be on it into the scratch's entries, and marks what decides of the others.
    private mutating func collect(_ order: RowOrder, _ data: ScanData, _ scratch: inout ScanScratch) {
        for (place, member) in members.enumerated() { scratch.memberOf[Int(member.row)] = Int32(place) }
        let hasExit = exit != nil
        var unknown = 0
        let count = data.rowCount
        scratch.entries.removeAll(keepingCapacity: true)
        // Of 30 lists × 11,000 rows nearly all are none of a list's: they must cost next to nothing.
        scratch.found.removeAll(keepingCapacity: true)
        scratch.filter.verdicts.withUnsafeBufferPointer { verdicts in
            scratch.filter.deciding.withUnsafeMutableBufferPointer { deciding in
                scratch.isAdmitted.withUnsafeBufferPointer { isAdmitted in
                    for row in 0..<count {
                        if !isAdmitted[row] {
                            deciding[row] = RuleResult.notAsked
                        } else if verdicts[row] == RuleResult.isUnknown {
                            unknown += 1
                        } else if verdicts[row] == RuleResult.isTrue {
                            scratch.found.append(Int32(truncatingIfNeeded: row))
                        }
                    }
                }
            }
        }
        unknownCount = unknown
        for found in scratch.found {
            let row = Int(found)
            let mustLeave = hasExit && scratch.exit.verdicts[row] == RuleResult.isTrue
            if mustLeave, !mustStay(scratch.memberOf[row], data.now) {
                scratch.filter.deciding[row] = RuleResult.notAsked
            } else {
                scratch.entries.append(order.entry(row))
            }
        }
        for place in members.indices {
            let row = Int(members[place].row)
            guard scratch.isAdmitted[row], scratch.filter.verdicts[row] != RuleResult.isTrue else { continue }
            let stays = hasExit && scratch.exit.verdicts[row] != RuleResult.isTrue
            if stays || mustStay(Int32(place), data.now) { scratch.entries.append(order.entry(row)) }
        }
    }

    /// Whether it has not been on the list as long as everybody must; a clock set back does not prolong that.
    private func mustStay(_ place: Int32, _ now: Instant) -> Bool {
        guard definition.minStaySeconds > 0, place >= 0 else { return false }
        let stay = Int64(clamping: definition.minStaySeconds).multipliedReportingOverflow(by: 1_000_000_000)
        let passed = now.nanoseconds - members[Int(place)].since
        return passed >= 0 && (stay.overflow || passed < stay.partialValue)
    }

    /// Tells the why-log who has left, entered and moved.
    private mutating func tell(
        _ old: [ScanMember],
        _ data: ScanData,
        _ scratch: ScanScratch,
        into findings: inout ScanFindings
    ) {
        let name = definition.name
        let stays = Set(members.map(\.row))
        for (place, member) in old.enumerated() where !stays.contains(member.row) {
            let reason = reasonToLeave(Int(member.row), data, scratch)
            findings.tell(.left, name, Int(member.row), rank: (place + 1, place + 1), because: reason, data)
        }
        for place in members.indices {
            let row = Int(members[place].row)
            let before = scratch.memberOf[row]
            guard before >= 0 else {
                findings.tell(.entered, name, row, rank: (0, place + 1), because: reasonToEnter(row, data), data)
                continue
            }
            guard hasMoved(members[place], to: place + 1, data.now) else { continue }
            let told = Int(members[place].toldRank)
            findings.tell(.moved, name, row, rank: (told, place + 1), because: sortReason(row, data), data)
            members[place].toldRank = Int32(place + 1)
            members[place].toldAt = data.now.nanoseconds
        }
    }

    private func hasMoved(_ member: ScanMember, to rank: Int, _ now: Instant) -> Bool {
        let told = Int(member.toldRank)
        let isFar = abs(rank - told) >= Self.toldRanks || (rank == 1) != (told == 1)
        return isFar && abs(now.nanoseconds - member.toldAt) >= Self.minuteNs
    }

    /// The clause that was not true at the last run.
    private func reasonToEnter(_ row: Int, _ data: ScanData) -> (text: String, value: Double) {
        if isEdited { return ("edited", .nan) }
        guard row < deciding.count, deciding[row] != RuleResult.notAsked else {
            return (rule?.text ?? "", rule?.clause(0, row: row, data)?.value ?? .nan)
        }
        // It was true already: by rank alone.
        return rule?.clause(deciding[row], row: row, data) ?? sortReason(row, data)
    }

    private func reasonToLeave(
        _ row: Int,
        _ data: ScanData,
        _ scratch: ScanScratch
    ) -> (text: String, value: Double) {
        guard scratch.isAdmitted[row] else { return ("gone", .nan) }
        if isEdited { return ("edited", .nan) }
        if let exit, scratch.exit.verdicts[row] == RuleResult.isTrue {
            return (exit.text, exit.clause(0, row: row, data)?.value ?? .nan)
        }
        if exit != nil || scratch.filter.verdicts[row] == RuleResult.isTrue {
            return ("cut", sortReason(row, data).value)
        }
        if scratch.filter.verdicts[row] == RuleResult.isUnknown { return ("unknown", .nan) }
        return rule?.clause(scratch.filter.deciding[row], row: row, data) ?? (rule?.text ?? "", .nan)
    }

    /// The first key it is ranked by, where rank alone decides.
    private func sortReason(_ row: Int, _ data: ScanData) -> (text: String, value: Double) {
        guard let key = sort.first else { return ("", .nan) }
        return ("sort \(key.column.rawValue)\(key.descending ? "-" : "+")", data.number(key.column, row))
    }

    /// Records changes among the stored ranks, or all of these.
    private func record(
        _ old: [ScanMember],
        _ data: ScanData,
        _ scratch: ScanScratch,
        isFull: Bool,
        into findings: inout ScanFindings
    ) {
        let name = definition.name
        let stored = members.prefix(Self.storedRanks)
        if isFull {
            findings.records.fullLists.append(name)
            for (place, member) in stored.enumerated() {
                findings.record(name, Int(member.row), rank: place + 1, data)
            }
            return
        }
        for (place, member) in stored.enumerated() {
            let before = Int(scratch.memberOf[Int(member.row)])
            let isNew = before < 0 || before >= Self.storedRanks
            let isSharp = before != place && min(before, place) < Self.sharpRanks
            if isNew || isSharp { findings.record(name, Int(member.row), rank: place + 1, data) }
        }
        let rows = Set(stored.map(\.row))
        for member in old.prefix(Self.storedRanks) where !rows.contains(member.row) {
            findings.record(name, Int(member.row), rank: 0, data)
        }
    }
}
