import MarketData

/// What a program remembers between runs; begins empty, belongs to one program and one place it is used at.
///
/// Per row and node with a memory four bytes (`for`), five (`crosses`) or one (`exit`); besides, an answer per distinct
/// text and question. Times are kept to the millisecond.
package struct FilterMemory: Sendable {
    /// Market time between runs beyond which they are not a sequence any more: everything remembered is forgotten, as it is when
    /// time goes back.
    package static let gapSecondsDefault = 60

    private let gap: Int64
    private var origin: Int64 = 0
    private var lastRun: Int64?
    /// Rows there is room for; the state of a node's rows lies side by side.
    private(set) var stride = 0
    /// Per node and row milliseconds since `origin`, from 1 on; 0 is never.
    var times: [UInt32] = []
    /// Per node and row what was last known: 0 is nothing.
    var marks: [UInt8] = []
    private var timeCount = 0
    private var markCount = 0
    /// Answers to questions about texts, parallel to the program's.
    private(set) var answers: [TextAnswers] = []

    /// Nothing remembered; runs further apart than so many seconds of market time start anew (60, as the engine runs at
    /// least each minute; a test over stored five-minute slots takes more).
    package init(gapSeconds: Int = Self.gapSecondsDefault) {
        gap = Int64(min(max(gapSeconds, 0), 1_000_000)) * 1_000_000_000
    }

    /// Makes room for a run and forgets what must be forgotten; the time of the run in the units of `times`.
    mutating func begin(_ code: ProgramCode, rows: Int, now: Int64, pauseSeconds: Int = 0) -> UInt32 {
        let gap = max(gap, Int64(min(max(pauseSeconds, 0), 1_000_000)) * 1_000_000_000)
        if timeCount != code.timeCount || markCount != code.markCount {
            (times, marks, stride, lastRun) = ([], [], 0, nil)
            (timeCount, markCount) = (code.timeCount, code.markCount)
        }
        if rows > stride { grow(to: rows) }
        let sinceRun = lastRun.map { now.subtractingReportingOverflow($0) }
        let sinceOrigin = now.subtractingReportingOverflow(origin)
        let isSequel = sinceRun.map { !$0.overflow && $0.partialValue >= 0 && $0.partialValue <= gap } ?? false
        lastRun = now
        guard isSequel, !sinceOrigin.overflow, sinceOrigin.partialValue / 1_000_000 < Int64(UInt32.max) - 1 else {
            origin = now
            for index in times.indices { times[index] = 0 }
            for index in marks.indices { marks[index] = 0 }
            return 1
        }
        return UInt32(sinceOrigin.partialValue / 1_000_000) + 1
    }

    /// Answers each question for each distinct text that is new.
    mutating func answer(_ code: ProgramCode, _ columns: [TextColumn]) {
        if answers.count != code.texts.count {
            answers = [TextAnswers](repeating: TextAnswers(), count: code.texts.count)
        }
        for (index, question) in code.texts.enumerated() {
            answers[index].update(question.text, columns[question.column], code.patterns)
        }
    }

    private mutating func grow(to rows: Int) {
        times = Self.moved(times, count: timeCount, from: stride, to: rows)
        marks = Self.moved(marks, count: markCount, from: stride, to: rows)
        stride = rows
    }

    private static func moved<Value: FixedWidthInteger>(
        _ old: [Value],
        count: Int,
        from stride: Int,
        to rows: Int
    ) -> [Value] {
        var new = [Value](repeating: 0, count: count * rows)
        for node in 0..<count {
            for row in 0..<stride { new[node * rows + row] = old[node * stride + row] }
        }
        return new
    }
}

/// The answers to one question, one per distinct text of a column.
struct TextAnswers: Sendable {
    /// The verdict (0 false, 1 unknown, 2 true) of a missing text, then those of the column's texts.
    private(set) var verdicts: [UInt8] = [1]
    // Kept to be compared with the column's: equal storage, the usual case, costs nothing.
    private var texts: [String] = []
    private var version: UInt64?

    /// Brings the answers up to a column's texts.
    mutating func update(_ question: CheckedText, _ column: TextColumn, _ patterns: [Pattern]) {
        let isSame = version == column.version && texts == column.texts
        if isSame { return }
        let isLonger = version != nil && texts.count <= column.texts.count && column.texts.starts(with: texts)
        if !isLonger {
            let missing: UInt8
            if case .isKnown = question.question {
                missing = question.fallback == nil ? 0 : 2
            } else {
                missing = question.fallback.map { Self.verdict(question.question, $0, patterns) } ?? 1
            }
            verdicts = [missing]
        }
        verdicts.reserveCapacity(column.texts.count + 1)
        for text in column.texts[(verdicts.count - 1)...] {
            verdicts.append(Self.verdict(question.question, text, patterns))
        }
        (texts, version) = (column.texts, column.version)
    }

    private static func verdict(_ question: CheckedText.Question, _ text: String, _ patterns: [Pattern]) -> UInt8 {
        switch question {
        case .oneOf(let texts): texts.contains(text.lowercased()) ? 2 : 0
        case .matches(let pattern): patterns[pattern].occurs(in: text) ? 2 : 0
        case .isKnown: 2
        }
    }
}
