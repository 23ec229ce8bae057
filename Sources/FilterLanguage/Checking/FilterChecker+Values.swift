import MarketData

// Values: what they count, and their numbers.

extension FilterChecker {
    /// What a value counts; nil for literals, which take it from what stands beside them.
    func measure(_ value: FilterValue) -> Measure? {
        switch value {
        case .number, .text, .timeOfDay, .duration: return nil
        case .field(let field):
            if field.isTimeOfDay { return .timeOfDay }
            guard let column = FieldLookup.column(of: field), column.kind == .number else { return nil }
            return .unit(column.unit, name: field.shown)
        case .function(let function, let arguments, _):
            switch function {
            case .rank: return .unit(.count, name: "a rank")
            case .pctile: return .unit(.percent, name: "a percentile")
            case .zscore: return .unit(.deviations, name: "a z-score")
            case .abs, .min, .max: return firstMeasure(arguments)
            }
        case .negated(let inner): return measure(inner)
        case .percentOf(_, let inner): return measure(inner)
        case .fallback(let first, let second): return measure(first) ?? measure(second)
        case .arithmetic(let left, let sign, let right):
            let (a, b) = (measure(left), measure(right))
            switch sign {
            case .add, .subtract: return a ?? b
            case .multiply: return a == nil || b == nil ? a ?? b : .free
            case .divide: return b == nil ? a : .free
            }
        }
    }

    /// What the first of some values that is no literal counts.
    func firstMeasure(_ values: [FilterValue]) -> Measure? {
        for value in values {
            if let measure = measure(value) { return measure }
        }
        return nil
    }

    /// The number of a value; nil when something in it is wrong.
    mutating func number(_ value: FilterValue, beside measure: Measure?) -> CheckedNumber? {
        guard enterValue(value) else { return nil }
        defer { leaveValue() }
        switch value {
        case .number(let number): return literal(number, beside: measure).map { .constant($0) }
        case .text(let text, let span):
            let subject = measure.flatMap(Self.subject) ?? "a number"
            report(.error, at: span, "\"\(text)\" is a text, and what it is compared with is \(subject)")
            return nil
        case .timeOfDay(let seconds, let span):
            guard measure == nil || measure == .timeOfDay else {
                report(.error, at: span, "a time of day fits time only, as in time > 9:30")
                return nil
            }
            return .constant(Double(seconds))
        case .duration(let seconds, let span): return duration(seconds, span, beside: measure).map { .constant($0) }
        case .field(let field): return self.field(field)
        case .function(let function, let arguments, let span):
            return self.function(function, arguments, span, beside: measure)
        case .negated(let inner):
            guard let number = number(inner, beside: measure) else { return nil }
            if case .constant(let constant) = number { return .constant(-constant) }
            return .negated(number)
        case .arithmetic(let left, let sign, let right): return arithmetic(left, sign, right, beside: measure)
        case .percentOf(let share, let whole):
            guard let number = number(whole, beside: self.measure(whole) ?? measure) else { return nil }
            return Self.folded(.constant(share.digits / 100), .multiply, number)
        case .fallback(let first, let second):
            let inner = self.measure(first) ?? self.measure(second) ?? measure
            let (a, b) = (number(first, beside: inner), number(second, beside: inner))
            guard let a, let b else { return nil }
            if case .constant(let constant) = a { return constant.isNaN ? b : a }
            return .fallback(a, b)
        }
    }

    private mutating func field(_ field: FilterField) -> CheckedNumber? {
        if field.isTimeOfDay { return .timeOfDay }
        guard let column = column(field) else { return nil }
        switch column.kind {
        case .number: return .column(column.id)
        case .flag:
            let name = field.shown
            report(.error, at: field.span, "\(name) is a yes/no field; write \(name) or not \(name)")
        case .text: report(.error, at: field.span, "\(field.shown) is a text; a number is needed here")
        case .strip: report(.error, at: field.span, "\(field.shown) can be shown, not asked for")
        }
        return nil
    }

    private mutating func function(
        _ function: FilterFunction,
        _ arguments: [FilterValue],
        _ span: FilterSpan,
        beside measure: Measure?
    ) -> CheckedNumber? {
        let count = function == .min || function == .max ? 2 : 1
        guard arguments.count >= 1, arguments.count == count || count == 2 else {
            let needed = count == 1 ? "one value" : "values with commas between"
            report(.error, at: span, "\(function.rawValue) takes \(needed)")
            return nil
        }
        var inner = firstMeasure(arguments)
        if inner == nil, function == .abs || count == 2 { inner = measure }
        let numbers = arguments.compactMap { number($0, beside: inner) }
        guard numbers.count == arguments.count, let first = numbers.first else { return nil }
        switch function {
        case .rank, .pctile, .zscore: return .crossSection(function, first)
        case .abs:
            if case .constant(let constant) = first { return .constant(abs(constant)) }
            return .magnitude(first)
        case .min: return numbers.dropFirst().reduce(first) { .smaller($0, $1) }
        case .max: return numbers.dropFirst().reduce(first) { .larger($0, $1) }
        }
    }

    private mutating func arithmetic(
        _ left: FilterValue,
        _ sign: FilterOperator,
        _ right: FilterValue,
        beside measure: Measure?
    ) -> CheckedNumber? {
        let isSum = sign == .add || sign == .subtract
        // The terms of a sum count alike; a factor counts nothing by itself.
        let shared = isSum ? self.measure(left) ?? self.measure(right) ?? measure : .free
        let a = number(left, beside: self.measure(left) ?? shared)
        let b = number(right, beside: self.measure(right) ?? shared)
        guard let a, let b else { return nil }
        return Self.folded(a, sign, b)
    }

    private static func folded(_ a: CheckedNumber, _ sign: FilterOperator, _ b: CheckedNumber) -> CheckedNumber {
        guard case .constant(let x) = a, case .constant(let y) = b else { return .arithmetic(a, sign, b) }
        return switch sign {
        case .add: .constant(Sweep.finite(x + y))
        case .subtract: .constant(Sweep.finite(x - y))
        case .multiply: .constant(Sweep.finite(x * y))
        case .divide: .constant(Sweep.finite(x / y))
        }
    }

    // MARK: Literals

    private static func subject(_ measure: Measure) -> String? {
        switch measure {
        case .unit(let unit, _): unit.phrase
        case .timeOfDay: "a time of day"
        case .free: nil
        }
    }

    /// What a number means beside what it is compared or reckoned with.
    private mutating func literal(_ number: FilterNumber, beside measure: Measure?) -> Double? {
        guard number.value.isFinite else {
            report(.error, at: number.span, "this number is too large")
            return nil
        }
        switch measure {
        case nil: return number.value
        case .timeOfDay:
            report(.error, at: number.span, "time is a time of day; write it as 9:30")
            return nil
        case .free:
            guard number.suffix == .percent else { return number.value }
            let digits = number.digitsText
            let fix = FilterDiagnostic.Fix(lower: number.span.upper - 1, upper: number.span.upper, replacement: "")
            let message = "% does not fit here. Use \(digits), or \(digits)% of something"
            report(.error, at: FilterSpan(number.span.upper - 1, number.span.upper), message, fix: fix)
            return nil
        case .unit(let unit, let name): return literal(number, unit, name)
        }
    }

    private mutating func literal(_ number: FilterNumber, _ unit: ColumnUnit, _ name: String) -> Double? {
        let digits = number.digitsText
        if number.isMoney, unit != .usd {
            let first = FilterSpan(number.span.lower, number.span.lower + 1)
            let fix = FilterDiagnostic.Fix(lower: first.lower, upper: first.upper, replacement: "")
            report(.error, at: first, "\(name) is \(unit.phrase); $ does not fit. \(unit.forms(of: digits))", fix: fix)
            return nil
        }
        let fits: Bool
        switch number.suffix {
        case .none: fits = true
        case .percent: fits = unit == .percent
        case .times: fits = unit == .ratio
        case .million where unit.seconds != nil && unit != .days:
            // `m` beside a time is minutes.
            return number.digits * 60 / (unit.seconds ?? 1)
        case .thousand, .million, .billion, .trillion: fits = unit.isLarge
        }
        guard !fits else { return number.value }
        let sign = number.suffix.rawValue
        let last = FilterSpan(number.span.upper - sign.utf8.count, number.span.upper)
        let fix = FilterDiagnostic.Fix(lower: last.lower, upper: last.upper, replacement: "")
        let what = number.isLarge ? "unit \(sign)" : sign
        let message = "\(name) is \(unit.phrase); \(what) does not fit. \(unit.forms(of: digits))"
        report(.error, at: last, message, fix: fix)
        return nil
    }

    private mutating func duration(_ seconds: Int, _ span: FilterSpan, beside measure: Measure?) -> Double? {
        switch measure {
        case nil, .free: return Double(seconds)
        case .timeOfDay:
            report(.error, at: span, "time is a time of day; write it as 9:30")
            return nil
        case .unit(let unit, let name):
            if let length = unit.seconds { return Double(seconds) / length }
            report(.error, at: span, "\(name) is \(unit.phrase); a duration does not fit")
            return nil
        }
    }
}
