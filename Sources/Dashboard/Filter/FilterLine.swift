import EngineAPI
import FilterLanguage
import MarketData
import MarketTime

/// The line a filter is typed into, with what is understood of it so far.
///
/// What was applied before stays in force elsewhere until Enter; the table shows the last text that could be understood.
/// Everything is worked out when the text changes, so that painting costs the same however long one types.
package struct FilterLine: Hashable, Sendable {
    /// What keys go to.
    enum Mode: Hashable, Sendable {
        /// The line itself.
        case typing
        /// A search through earlier filters.
        case searching(FilterSearch)
        /// The name of a preset.
        case naming(LineText)
        /// The dictionary of all that can be put in; the entry chosen.
        case fields(index: Int)
    }

    /// Longest text, in characters.
    static let lengthMax = 1000
    /// Market seconds of rest after which a text is tried, before the pace of a faster market.
    static let restSeconds = 0.12
    /// Seconds of rest after which what is missing is an error.
    static let idleSeconds = 0.6

    /// What is typed.
    private(set) var line = LineText(lengthMax: Self.lengthMax)
    /// What keys go to.
    private(set) var mode = Mode.typing
    /// What was in force before, for Esc.
    let before: String?
    /// Where the table stood, for Esc.
    let origin: Selection
    /// First row of the table then.
    let originTop: Int
    /// Whether the table has shown anything else meanwhile.
    private(set) var hasPreviewed = false
    /// The last text that could be understood, without the clauses that are off; nil for none.
    private(set) var candidate: String?
    /// When the candidate is shown; nil when it is.
    private(set) var triedAt: Instant?
    /// When what is missing becomes an error; nil when it has, or when nothing has been typed.
    private(set) var idleAt: Instant?
    /// The text that the table shows.
    private(set) var shown: String?
    /// Everything there is to say about the text.
    private(set) var diagnostics: [FilterDiagnostic] = []
    /// The clauses of the last text that could be understood.
    private(set) var clauses = FilterClauses()
    /// What can be put in at the cursor.
    private(set) var offers = FilterOffers()
    /// Whether Enter was pressed on a text that cannot be meant: what is still missing is then an error too.
    private(set) var isInsisted = false
    /// The place in the history while it is walked through, and what was typed before.
    private var recall: Recall?
    /// What Tab put in, while it is pressed again and again.
    private var completing: Completing?

    private struct Recall: Hashable {
        var index: Int
        var draft: String
    }

    private struct Completing: Hashable {
        var offers: [FilterCandidate]
        var index: Int
        var range: Range<Int>
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(line) }

    /// A line that begins with the filter in force.
    init(_ applied: String?, _ scope: FilterScope, origin: Selection, top: Int) {
        before = applied
        self.origin = origin
        originTop = top
        line.set(applied ?? "")
        read(scope)
        (candidate, shown) = (applied, applied)
    }

    /// The text.
    var text: String { line.text }
    /// The first error or missing part; nil when the text can be applied.
    var fault: FilterDiagnostic? { diagnostics.first { $0.severity != .warning } }
    /// When time alone changes something next.
    var dueAt: Instant? { [triedAt, idleAt].compactMap(\.self).min() }
    /// Whether what stands at the end and is not finished is an error by now.
    var isFaultSharp: Bool {
        guard let fault else { return false }
        // In the dictionary one looks for what is missing.
        if isWhole, !isInsisted { return false }
        let isAtEnd =
            fault.severity == .incomplete || (fault.upper >= text.utf8.count && line.cursor == text.utf8.count)
        return isInsisted || idleAt == nil || !isAtEnd
    }

    // MARK: Typing

    /// Puts typed or pasted text in.
    mutating func insert(_ typed: String, _ scope: FilterScope, now: Instant, pace: Double) {
        change(scope, now: now, pace: pace) { $0.insert(typed) }
    }

    /// Takes an editing key; false when it is none or there was nothing to do.
    mutating func edit(_ action: Action, _ scope: FilterScope, now: Instant, pace: Double) -> Bool {
        var isDone: Bool?
        let ghost = offers.ghost
        change(scope, now: now, pace: pace) { isDone = $0.edit(action, ghost: ghost) }
        return isDone ?? false
    }

    /// Puts a word in place of what is typed of it.
    mutating func replace(_ range: Range<Int>, with word: String, _ scope: FilterScope, now: Instant, pace: Double) {
        change(scope, now: now, pace: pace) { $0.replace(range, with: word) }
    }

    /// Takes the mending that is offered, else completes the word: again and again the next that fits.
    mutating func complete(back: Bool, _ scope: FilterScope, now: Instant, pace: Double) -> Bool {
        if let fix = fault?.fix, completing == nil {
            replace(fix.lower..<fix.upper, with: fix.replacement, scope, now: now, pace: pace)
            return true
        }
        var next: Completing
        if let running = completing {
            let count = running.offers.count
            next = running
            next.index = (running.index + (back ? count - 1 : 1)) % count
        } else {
            let fitting = offers.all.filter { $0.text.lowercased() != offers.typed.lowercased() }
            guard !fitting.isEmpty else { return false }
            next = Completing(offers: fitting, index: back ? fitting.count - 1 : 0, range: offers.range)
        }
        let word = next.offers[next.index].text
        replace(next.range, with: word, scope, now: now, pace: pace)
        next.range = next.range.lowerBound..<(next.range.lowerBound + word.utf8.count)
        completing = next
        return true
    }

    /// Whether the cursor stands where one types, not in a text of the history.
    var recallsNothing: Bool { recall == nil }

    /// The offer that Tab put in last; nil when another key came since.
    var completed: (offers: [FilterCandidate], index: Int)? { completing.map { ($0.offers, $0.index) } }

    /// Goes to an older or a newer text; false when there is none.
    mutating func recall(older: Bool, in history: [String], _ scope: FilterScope, now: Instant, pace: Double) -> Bool {
        let place = recall ?? Recall(index: history.count, draft: line.text)
        let index = place.index + (older ? -1 : 1)
        guard (0...history.count).contains(index) else { return false }
        let text = index == history.count ? place.draft : history[index]
        set(text, scope, now: now, pace: pace)
        recall = Recall(index: index, draft: place.draft)
        return true
    }

    /// Puts another text in place of the line; nothing of it is off.
    mutating func set(_ text: String, _ scope: FilterScope, now: Instant, pace: Double) {
        clauses.clear()
        change(scope, now: now, pace: pace) { $0.set(text) }
    }

    /// Switches a clause off, or on again; false when the text cannot be understood or has no such clause.
    mutating func toggleClause(_ index: Int, _ scope: FilterScope, now: Instant, pace: Double) -> Bool {
        guard fault == nil, clauses.toggle(index) else { return false }
        candidate = clauses.inForce(of: text, scope)
        triedAt = now.adding(nanoseconds: Int64(Self.restSeconds * pace * 1e9))
        return true
    }

    /// Enter was pressed, and the text cannot be applied.
    mutating func insist() { isInsisted = true }

    /// Gives the keys to the line, to a search, to a name or to the dictionary.
    mutating func enter(_ mode: Mode, _ scope: FilterScope) {
        let had = isWhole
        self.mode = mode
        if had != isWhole { offer(scope) }
    }

    /// Shows the candidate once it has rested; true when that changed what the table is to show.
    mutating func advance(to now: Instant, pace: Double) -> Bool {
        // A clock set back must not make one wait.
        func isDue(_ due: Instant?) -> Bool {
            due.map { now >= $0 || $0.seconds(since: now) > max(60, 2 * pace) } ?? false
        }
        if isDue(idleAt) { idleAt = nil }
        guard isDue(triedAt) else { return false }
        triedAt = nil
        guard shown != candidate else { return false }
        shown = candidate
        hasPreviewed = true
        return true
    }

    // MARK: Understanding

    private var isWhole: Bool {
        if case .fields = mode { return true }
        return false
    }

    /// Changes the line, and works out anew what depends on it.
    private mutating func change(_ scope: FilterScope, now: Instant, pace: Double, _ edit: (inout LineText) -> Void) {
        let (old, cursor) = (line.text, line.cursor)
        edit(&line)
        completing = nil
        guard line.text != old else {
            if line.cursor != cursor { offer(scope) }
            return
        }
        isInsisted = false
        recall = nil
        clauses.follow(old, to: line.text)
        if case .fields = mode { mode = .fields(index: 0) }
        let isUnderstood = read(scope)
        idleAt = now.adding(nanoseconds: Int64(Self.idleSeconds * pace * 1e9))
        guard isUnderstood else { return }
        candidate = clauses.inForce(of: line.text, scope)
        // Blanks around it make no other filter of it.
        if let before, candidate?.trimmed == before.trimmed { candidate = before }
        triedAt = now.adding(nanoseconds: Int64(Self.restSeconds * pace * 1e9))
    }

    /// Reads the text; false when it cannot be understood.
    @discardableResult
    private mutating func read(_ scope: FilterScope) -> Bool {
        offer(scope)
        guard !text.isBlank else {
            diagnostics = []
            clauses.clear()
            return true
        }
        let compilation = FilterCompiler.compile(text, in: scope)
        diagnostics = compilation.diagnostics
        guard let program = compilation.program else { return false }
        clauses.take(program)
        return true
    }

    private mutating func offer(_ scope: FilterScope) {
        offers = FilterOffers(text, cursor: line.cursor, scope, isWhole: isWhole)
    }
}
