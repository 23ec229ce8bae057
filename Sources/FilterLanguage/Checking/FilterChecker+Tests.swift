import MarketData

// Comparisons, ranges, sets and crossings of values that fit each other.

extension FilterChecker {
    // MARK: Comparisons

    /// `a < b`, and chains of it.
    mutating func comparison(
        _ values: [FilterValue],
        _ comparisons: [FilterComparison],
        _ node: FilterNode
    ) -> CheckedTest? {
        guard values.count == comparisons.count + 1, values.count >= 2 else {
            report(.error, at: node.place, "a comparison needs a value at either side")
            return nil
        }
        for value in values {
            if case .field(let field) = value, let column = FieldLookup.column(of: field), column.kind == .flag {
                reportFlag(field, values, comparisons, node)
                return nil
            }
        }
        if let place = values.firstIndex(where: { textColumn($0) != nil }) {
            return textComparison(values, comparisons, column: place, node)
        }
        // Literals take their unit from the values beside them, in a chain from any.
        let measure = firstMeasure(values)
        var numbers: [CheckedNumber] = []
        for (index, value) in values.enumerated() {
            let beside = [index - 1, index + 1].filter(values.indices.contains).map { values[$0] }
            if let number = number(value, beside: firstMeasure([value] + beside) ?? measure) {
                numbers.append(number)
            }
        }
        guard numbers.count == values.count else { return nil }
        var tests: [CheckedTest] = []
        for (index, comparison) in comparisons.enumerated() {
            doubt(values[index], comparison, values[index + 1])
            tests.append(.compare(numbers[index], comparison, numbers[index + 1]))
        }
        if numbers.allSatisfy(\.isConstant) { return constant(tests, node) }
        guard tests.count > 1 else { return tests[0] }
        doubtChain(tests, node)
        return .and(tests)
    }

    /// `halted > 1`: says what to write instead.
    private mutating func reportFlag(
        _ field: FilterField,
        _ values: [FilterValue],
        _ comparisons: [FilterComparison],
        _ node: FilterNode
    ) {
        var fix: FilterDiagnostic.Fix?
        if values.count == 2, case .field(field) = values[0], let place = node.place {
            let (isNo, isYes) = Self.answers(values[1])
            let isEqual = comparisons[0] == .equal
            let isUnequal = comparisons[0] == .notEqual || comparisons[0] == .greater
            let meansYes = (isEqual && isYes) || (isUnequal && isNo)
            let meansNo = (isEqual && isNo) || (comparisons[0] == .notEqual && isYes)
            let text = meansYes ? field.shown : meansNo ? "not \(field.shown)" : nil
            fix = text.map { FilterDiagnostic.Fix(lower: place.lower, upper: place.upper, replacement: $0) }
        }
        let name = field.shown
        let isFirst = values.first == .field(field)
        let place = isFirst ? FilterSpan(following(field.span).lower, node.place?.upper ?? bytes.count) : field.span
        report(.error, at: place, "\(name) is a yes/no field; write \(name) or not \(name)", fix: fix)
    }

    private static func answers(_ value: FilterValue) -> (isNo: Bool, isYes: Bool) {
        switch value {
        case .number(let number): (number.digits == 0, number.digits == 1)
        case .field(let field): (["no", "false"].contains(field.name), ["yes", "true"].contains(field.name))
        case .text(let text, _):
            (["no", "false"].contains(text.lowercased()), ["yes", "true"].contains(text.lowercased()))
        default: (false, false)
        }
    }

    // MARK: Texts

    /// The text column a value stands for, with what stands for a missing text; nil when it is none.
    func textColumn(_ value: FilterValue) -> (field: FilterField, column: ColumnDescriptor, fallback: String?)? {
        switch value {
        case .field(let field):
            guard let column = FieldLookup.column(of: field), column.kind == .text else { return nil }
            return (field, column, nil)
        case .fallback(let first, .text(let text, _)):
            guard let inner = textColumn(first), inner.fallback == nil else { return nil }
            return (inner.field, inner.column, text)
        default: return nil
        }
    }

    private mutating func textComparison(
        _ values: [FilterValue],
        _ comparisons: [FilterComparison],
        column place: Int,
        _ node: FilterNode
    ) -> CheckedTest? {
        guard let (field, _, fallback) = textColumn(values[place]), let column = column(field) else { return nil }
        let comparison = comparisons[0]
        guard values.count == 2, comparison == .equal || comparison == .notEqual else {
            let operatorPlace = place == 0 ? following(field.span) : field.span
            report(.error, at: operatorPlace, "\(field.shown) is a text; use =, !=, in [...] or ~")
            return nil
        }
        guard let text = word(values[1 - place], besides: field) else { return nil }
        let question = CheckedText.Question.oneOf([text.lowercased()])
        let test = CheckedTest.text(CheckedText(column: column.id, fallback: fallback, question: question))
        return comparison == .equal ? test : .not(test)
    }

    /// A value as a text: quoted, or a bare word.
    private mutating func word(_ value: FilterValue, besides field: FilterField) -> String? {
        switch value {
        case .text(let text, _): return text
        case .field(let word) where word.argument == nil: return word.name
        default:
            let place = value.place ?? FilterSpan(0, 0)
            let isInText = place.lower >= 0 && place.lower < place.upper && place.upper <= bytes.count
            let written = isInText ? String(decoding: bytes[place.lower..<place.upper], as: UTF8.self) : "…"
            let fix = FilterDiagnostic.Fix(lower: place.lower, upper: place.upper, replacement: "\"\(written)\"")
            report(
                .error,
                at: place,
                "\(field.shown) is a text; write \"\(written)\" in quotes",
                fix: isInText ? fix : nil
            )
            return nil
        }
    }

    // MARK: Ranges and sets

    mutating func range(_ value: FilterValue, _ range: FilterRange, _ node: FilterNode) -> CheckedTest? {
        if let (field, column) = unordered(value) {
            let name = field.shown
            let advice = column.kind == .flag ? "write \(name) or not \(name)" : "use =, !=, in [...] or ~"
            report(.error, at: following(field.span), "\(name) is \(column.phrase); \(advice)")
            return nil
        }
        let measure = firstMeasure([value, range.lower, range.upper].compactMap(\.self))
        let subject = number(value, beside: measure)
        let lower = range.lower.map { number($0, beside: measure) }
        let upper = range.upper.map { number($0, beside: measure) }
        guard let subject else { return nil }
        if case .some(.none) = lower { return nil }
        if case .some(.none) = upper { return nil }
        let ends = (lower: lower ?? .constant(-.infinity), upper: upper ?? .constant(.infinity))
        guard let low = ends.lower, let high = ends.upper else { return nil }
        if let end = range.lower { doubt(value, .greaterOrEqual, end) }
        if let end = range.upper { doubt(value, .lessOrEqual, end) }
        let below: FilterComparison = range.excludesUpper ? .less : .lessOrEqual
        guard case .constant(let least) = low, case .constant(let most) = high, !least.isNaN, !most.isNaN else {
            var tests: [CheckedTest] = []
            if range.lower != nil { tests.append(.compare(subject, .greaterOrEqual, low)) }
            if range.upper != nil { tests.append(.compare(subject, below, high)) }
            return tests.count == 1 ? tests[0] : .and(tests)
        }
        if least > most {
            let place = FilterSpan.joined([range.lower?.place, range.upper?.place]) ?? node.place
            report(.error, at: place, "the range is reversed; exchange its ends")
            return nil
        }
        if subject.isConstant {
            let tests: [CheckedTest] = [.compare(subject, .greaterOrEqual, low), .compare(subject, below, high)]
            return constant(tests, node)
        }
        if range.excludesUpper, least == most {
            report(.warning, at: node.place, "this range is empty: it is never true")
        }
        if range.upper == nil { return .compare(subject, .greaterOrEqual, low) }
        return .between(subject, lower: least, upper: most, excludesUpper: range.excludesUpper)
    }

    /// The field of a value without an order, flag or text.
    private func unordered(_ value: FilterValue) -> (FilterField, ColumnDescriptor)? {
        if let text = textColumn(value) { return (text.field, text.column) }
        guard case .field(let field) = value, let column = FieldLookup.column(of: field), column.kind == .flag else {
            return nil
        }
        return (field, column)
    }

    mutating func set(_ value: FilterValue, _ values: [FilterValue]) -> CheckedTest? {
        guard values.count <= scope.limits.setMax else {
            let most = scope.limits.setMax
            report(.error, at: value.place, "more than \(most) values; the limit set is \(most)")
            return nil
        }
        if let (field, _, fallback) = textColumn(value) {
            guard let column = column(field) else { return nil }
            let words = values.compactMap { word($0, besides: field)?.lowercased() }
            guard words.count == values.count else { return nil }
            return .text(CheckedText(column: column.id, fallback: fallback, question: .oneOf(Set(words))))
        }
        if let (field, _) = unordered(value) {
            let name = field.shown
            report(.error, at: following(field.span), "\(name) is a yes/no field; write \(name) or not \(name)")
            return nil
        }
        let measure = firstMeasure([value] + values)
        let subject = number(value, beside: measure)
        let members = values.compactMap { number($0, beside: measure) }
        guard let subject, members.count == values.count else { return nil }
        var constants: Set<Double> = []
        var tests: [CheckedTest] = []
        for member in members {
            if case .constant(let constant) = member, !constant.isNaN {
                constants.insert(constant)
            } else {
                tests.append(.compare(subject, .equal, member))
            }
        }
        if !constants.isEmpty || tests.isEmpty { tests.insert(.oneOf(subject, constants.sorted()), at: 0) }
        return tests.count == 1 ? tests[0] : .or(tests)
    }

    // MARK: Crossings

    mutating func crossing(
        _ left: FilterValue,
        _ isAbove: Bool,
        _ right: FilterValue,
        _ seconds: Int?,
        _ node: FilterNode
    ) -> CheckedTest? {
        let a = number(left, beside: measure(left) ?? measure(right))
        let b = number(right, beside: measure(right) ?? measure(left))
        guard let a, let b, isAllowed(seconds ?? 0, "within", node.place) else { return nil }
        let within = seconds ?? Self.crossingSeconds
        return .crosses(a, isAbove: isAbove, b, seconds: within)
    }

    /// How long a crossing counts where the text does not say: as long as runs may lie apart.
    private static let crossingSeconds = 60
}
