import MarketData

// Values: sums, products, numbers, fields, functions; and the pipes.

extension FilterReader {
    /// Whether a value begins here.
    var startsValue: Bool {
        switch current.kind {
        case .name:
            !FilterToken.reserved.contains(word) && !((word == "has" || word == "missing") && isSignAhead(1, .open))
        case .number(_, .suffix(.none, _), isMoney: false): wordAhead(1) != "of"
        case .number, .time, .text: true
        case .sign(let sign): sign == .open || sign == .minus
        case .end, .preset, .list, .unreadable: false
        }
    }

    /// A value; a test is none.
    mutating func value() throws(FilterDiagnostic) -> FilterValue {
        let start = at
        guard case .value(let value) = try sum(stopsBeforeRange: false) else {
            throw failure(at: tokens[start], "expected a value, found a test")
        }
        return value
    }

    /// `a + b - c`; a condition in parentheses comes back as it is.
    ///
    /// - Parameter stopsBeforeRange: On the left of a test `chg% -5..5` is a range that begins with −5.
    mutating func sum(stopsBeforeRange: Bool) throws(FilterDiagnostic) -> FilterPiece {
        let first = try product()
        guard case .value(var value) = first else { return first }
        while isSign(.plus) || isSign(.minus) {
            if stopsBeforeRange, isNegativeRange { break }
            let operation: FilterOperator = isSign(.plus) ? .add : .subtract
            let left = height
            at += 1
            let start = at
            let right = try onlyValue(try product(), start)
            height = max(left, height)
            try grow()
            value = .arithmetic(value, operation, right)
        }
        return .value(value)
    }

    private var isNegativeRange: Bool {
        guard isSign(.minus), case .number = ahead(1).kind else { return false }
        return isSignAhead(2, .range) || isSignAhead(2, .halfOpenRange)
    }

    private mutating func product() throws(FilterDiagnostic) -> FilterPiece {
        let first = try signed()
        guard case .value(var value) = first else { return first }
        while isSign(.times) || isSign(.over) {
            let operation: FilterOperator = isSign(.times) ? .multiply : .divide
            let left = height
            at += 1
            let start = at
            let right = try onlyValue(try signed(), start)
            height = max(left, height)
            try grow()
            value = .arithmetic(value, operation, right)
        }
        return .value(value)
    }

    private func onlyValue(_ piece: FilterPiece, _ start: Int) throws(FilterDiagnostic) -> FilterValue {
        guard case .value(let value) = piece else {
            throw failure(at: tokens[start], "expected a value, found a test")
        }
        return value
    }

    /// `-a`, `a ?? b`.
    private mutating func signed() throws(FilterDiagnostic) -> FilterPiece {
        if isSign(.minus) {
            at += 1
            try enter()
            let start = at
            let inner = try onlyValue(try signed(), start)
            depth -= 1
            try grow()
            return .value(.negated(inner))
        }
        let first = try primary()
        guard isSign(.fallback), case .value(let value) = first else { return first }
        let left = height
        at += 1
        try enter()
        let start = at
        let other = try onlyValue(try signed(), start)
        depth -= 1
        height = max(left, height)
        try grow()
        return .value(.fallback(value, other))
    }

    private mutating func primary() throws(FilterDiagnostic) -> FilterPiece {
        let token = current
        let span = FilterSpan(token.lower, token.upper)
        switch token.kind {
        case .number: return .value(try number(token))
        case .time(let seconds):
            at += 1
            try leaf()
            return .value(.timeOfDay(seconds, span))
        case .text(let text):
            at += 1
            try leaf()
            return .value(.text(text, span))
        case .name where !FilterToken.reserved.contains(word): return .value(try named())
        case .sign(.open): return try parenthesis()
        default: throw expected(isTestExpected ? "a test" : "a value")
        }
    }

    /// Whether what stands before asks for a test and not for a value.
    private var isTestExpected: Bool {
        guard let previous else { return true }
        switch previous.kind {
        case .sign(.comma): return valueDepth == 0
        case .sign(let sign): return [.and, .or, .not, .open].contains(sign)
        case .name: return ["and", "or", "not", "exit"].contains(slice(previous).lowercased())
        default: return false
        }
    }

    private mutating func parenthesis() throws(FilterDiagnostic) -> FilterPiece {
        let opening = at
        at += 1
        try enter()
        let outer = commaSeparates
        commaSeparates = false
        let inner = try alternatives()
        commaSeparates = outer
        depth -= 1
        try close(opening)
        return inner
    }

    // MARK: Numbers

    private mutating func number(_ token: FilterToken) throws(FilterDiagnostic) -> FilterValue {
        guard case .number(let digits, let unit, let isMoney) = token.kind else { throw expected("a number") }
        if case .time = unit {
            return .duration(try duration(), FilterSpan(token.lower, tokens[at - 1].upper))
        }
        if isSlots(1) { return .duration(try duration(), FilterSpan(token.lower, tokens[at - 1].upper)) }
        at += 1
        try leaf()
        guard case .suffix(let suffix, let isSmallM) = unit else { throw expected("a number") }
        if isSmallM, !isMoney { smallMs.insert(token.lower) }
        let span = FilterSpan(token.lower, token.upper)
        let number = FilterNumber(digits: digits, suffix: suffix, isMoney: isMoney, span: span)
        guard suffix == .percent, takeWord("of") else { return .number(number) }
        try enter()
        let start = at
        let whole = try onlyValue(try signed(), start)
        depth -= 1
        try grow()
        return .percentOf(number, whole)
    }

    private func isSlots(_ count: Int) -> Bool { ["slots", "slot"].contains(wordAhead(count)) }

    /// Whole seconds; `m` means minutes here, in either case.
    mutating func duration() throws(FilterDiagnostic) -> Int {
        let token = current
        guard case .number(let digits, let unit, isMoney: false) = token.kind else {
            throw expected("a time such as 90s, 3m or 1h")
        }
        let scale: Int
        switch unit {
        case .time(let seconds): scale = seconds
        case .suffix(.million, _): scale = 60
        case .suffix(.none, _) where isSlots(1): scale = 300
        default:
            var problem = failure("a time needs its unit: \(slice(token))s or \(slice(token))m")
            if isTyped(1, ["slots"]) { problem.severity = .incomplete }
            throw problem
        }
        let seconds = digits * Double(scale)
        guard seconds == seconds.rounded(), seconds <= 1e9 else {
            throw failure("\"\(slice(token))\" is no time; expected whole seconds, not too many")
        }
        at += 1
        if case .suffix(.none, _) = unit { at += 1 }
        try leaf()
        return Int(seconds)
    }

    /// Values that are compared with each other: beside a time a number with a small `m` means minutes.
    func inTime(_ values: [FilterValue]) -> [FilterValue] {
        guard !smallMs.isEmpty, values.contains(where: \.isTime) else { return values }
        return values.map { $0.withMinutes(smallMs) }
    }

    // MARK: Names

    /// A field, or a function of values.
    private mutating func named() throws(FilterDiagnostic) -> FilterValue {
        guard let function = FilterFunction(rawValue: word), isSignAhead(1, .open) else { return .field(try field()) }
        let lower = current.lower
        at += 1
        let opening = at
        at += 1
        try enter()
        valueDepth += 1
        var arguments: [FilterValue] = []
        var tallest = 0
        repeat {
            arguments.append(try value())
            tallest = max(tallest, height)
        } while take(.comma)
        depth -= 1
        valueDepth -= 1
        try close(opening)
        let upper = tokens[at - 1].upper
        guard arguments.count == function.argumentCount else {
            let count = function.argumentCount == 1 ? "one value" : "two values"
            let message = "\(function.rawValue) takes \(count), not \(arguments.count)"
            throw FilterDiagnostic(severity: .error, lower: lower, upper: upper, message: message)
        }
        height = tallest
        try grow()
        if function == .max, let highest = Self.highestSlot(arguments, FilterSpan(lower, upper)) { return highest }
        return .function(function, inTime(arguments), FilterSpan(lower, upper))
    }

    /// `max(rvol(slot), 10 slots)` is a column of its own: the largest slot RVOL of the last ten slots.
    private static func highestSlot(_ arguments: [FilterValue], _ span: FilterSpan) -> FilterValue? {
        guard case .field(let field) = arguments[0], case .duration(3000, _) = arguments[1],
            FieldLookup.column(of: field)?.id == .slotRVOL
        else { return nil }
        return .field(FilterField(name: ColumnID.highestSlotRVOL.rawValue, span: span))
    }

    /// A field with what stands in parentheses directly behind it: `chg(5m)`, `rvol(slot-1)`, `vol(5m)%`.
    mutating func field() throws(FilterDiagnostic) -> FilterField {
        guard current.kind == .name, !FilterToken.reserved.contains(word) else { throw expected("the name of a field") }
        let lower = current.lower
        var name = word
        at += 1
        try leaf()
        guard isSign(.open), !current.isApart, wordAhead(1) != "exit" else {
            return FilterField(name: name, span: FilterSpan(lower, tokens[at - 1].upper))
        }
        let opening = at
        at += 1
        let argument = try window()
        try close(opening)
        if isSign(.percent), !current.isApart, !name.hasSuffix("%") {
            at += 1
            name += "%"
        }
        return FilterField(name: name, argument: argument, span: FilterSpan(lower, tokens[at - 1].upper))
    }

    private mutating func window() throws(FilterDiagnostic) -> String {
        let first = current
        switch first.kind {
        case .number, .time: at += 1
        case .name:
            at += 1
            if take(.minus) {
                guard case .number = current.kind else { throw expected("a number") }
                at += 1
                return slice(first).lowercased() + "-" + slice(tokens[at - 1]).lowercased()
            }
        default: throw expected("a window such as 5m or slot")
        }
        return slice(first).lowercased()
    }

    // MARK: Pipes

    /// What stands behind a `|`.
    mutating func pipe(_ query: inout FilterQuery, _ done: inout Set<String>) throws(FilterDiagnostic) {
        let bar = tokens[at - 1]
        let pipe = word
        guard ["sort", "top", "cols"].contains(pipe) else {
            guard isTyped(0, ["sort", "top", "cols"]) || query.condition == nil else {
                let fix = FilterDiagnostic.Fix(lower: bar.lower, upper: bar.upper, replacement: "or")
                let found = shown(current)
                throw failure(
                    "expected sort, top or cols after \"|\", found \"\(found)\"; either of two tests is or",
                    fix: fix
                )
            }
            throw expected("sort, top or cols", orBeginningOf: "sort", "top", "cols")
        }
        guard done.insert(pipe).inserted else { throw failure("\(pipe) is given twice") }
        at += 1
        switch pipe {
        case "sort":
            repeat { query.sort.append(try sortKey()) } while take(.comma)
        case "cols":
            repeat { query.columns.append(try field()) } while take(.comma)
        default:
            guard case .number(let count, .suffix(.none, _), isMoney: false) = current.kind else {
                throw expected("a whole number")
            }
            guard count >= 1, count <= 1e9, count == count.rounded() else {
                throw failure("top takes a whole number from 1 to \(FilterCompiler.topMax)")
            }
            at += 1
            query.top = Int(count)
        }
    }

    private mutating func sortKey() throws(FilterDiagnostic) -> FilterSortKey {
        let field = try field()
        if take(.minus) || takeWord("desc") { return FilterSortKey(field: field, descending: true) }
        if take(.plus) || takeWord("asc") { return FilterSortKey(field: field, descending: false) }
        return FilterSortKey(field: field, descending: nil)
    }
}

extension FilterFunction {
    /// How many values it takes.
    var argumentCount: Int {
        switch self {
        case .rank, .pctile, .zscore, .abs: 1
        case .min, .max: 2
        }
    }
}

extension FilterValue {
    /// Whether a bare word compared with it is a text: beside a column of text, and beside a name that means nothing, of
    /// which is said enough.
    var expectsText: Bool {
        guard case .field(let field) = self, field.name != "time" else { return false }
        return FieldLookup.column(of: field).map { $0.kind == .text } ?? true
    }

    /// Whether it is the ticker itself, the only thing that can be on a list.
    var isSymbol: Bool {
        guard case .field(let field) = self else { return false }
        return FieldLookup.column(of: field)?.id == .symbol
    }

    /// Whether it counts seconds or minutes, so that what it is compared with does too.
    var isTime: Bool { isTime(writtenAsTime: true) }

    /// Whether it counts seconds or minutes.
    ///
    /// - Parameter writtenAsTime: What a duration is: for the reader it is a time, for the printer that decides how to
    ///   write it only a field is.
    func isTime(writtenAsTime: Bool) -> Bool {
        func isTime(_ value: FilterValue) -> Bool { value.isTime(writtenAsTime: writtenAsTime) }
        return switch self {
        case .duration: writtenAsTime
        case .field(let field):
            FieldLookup.column(of: field).map { $0.unit == .seconds || $0.unit == .minutes } ?? false
        case .function(let function, let values, _):
            [.abs, .min, .max].contains(function) && values.contains(where: isTime)
        case .negated(let value): isTime(value)
        case .arithmetic(let left, let operation, let right):
            operation == .divide ? isTime(left) && !isTime(right) : isTime(left) || isTime(right)
        case .percentOf(_, let value): isTime(value)
        case .fallback(let left, let right): isTime(left) || isTime(right)
        case .number, .text, .timeOfDay: false
        }
    }

    /// With the numbers that begin at these bytes as minutes.
    func withMinutes(_ places: Set<Int>) -> FilterValue {
        switch self {
        case .number(let number) where places.contains(number.span.lower) && number.suffix == .million:
            let seconds = number.digits * 60
            // A part of a second is no time: then it stays a million, and what it is compared with says so.
            return seconds == seconds.rounded() && seconds <= 1e9 ? .duration(Int(seconds), number.span) : self
        case .function(let function, let values, let span):
            return .function(function, values.map { $0.withMinutes(places) }, span)
        case .negated(let value): return .negated(value.withMinutes(places))
        case .arithmetic(let left, let operation, let right):
            return .arithmetic(left.withMinutes(places), operation, right.withMinutes(places))
        case .percentOf(let number, let value): return .percentOf(number, value.withMinutes(places))
        case .fallback(let left, let right): return .fallback(left.withMinutes(places), right.withMinutes(places))
        case .number, .text, .timeOfDay, .duration, .field: return self
        }
    }

    /// Whether both are plain numbers, durations or times of day and this one is the larger.
    func isAbove(_ other: FilterValue) -> Bool {
        switch (self, other) {
        case (.timeOfDay(let mine, _), .timeOfDay(let theirs, _)), (.duration(let mine, _), .duration(let theirs, _)):
            mine > theirs
        default:
            if let mine = plainNumber, let theirs = other.plainNumber { mine > theirs } else { false }
        }
    }

    /// What a number with or without a sign stands for; nil for everything else.
    private var plainNumber: Double? {
        switch self {
        case .number(let number): number.value
        case .negated(let value): value.plainNumber.map { -$0 }
        default: nil
        }
    }
}
