import MarketData

// What is valid and can hardly be meant.

extension FilterChecker {
    // MARK: Magnitudes

    /// Doubts a number that is far too small for its column.
    mutating func doubt(_ left: FilterValue, _ comparison: FilterComparison, _ right: FilterValue) {
        switch (left, right) {
        case (.field(let field), .number(let number)): doubt(field, comparison, number)
        case (.number(let number), .field(let field)): doubt(field, comparison.mirrored, number)
        default: break
        }
    }

    private mutating func doubt(_ field: FilterField, _ comparison: FilterComparison, _ number: FilterNumber) {
        guard let column = FieldLookup.column(of: field), number.suffix == .none, number.digits > 0 else { return }
        let place = FilterSpan.joined([field.span, number.span])
        let test = "\(field.shown) \(comparison.rawValue) \(number.digitsText)"
        if let (least, suffix) = Self.least[column.id], number.digits < least {
            let meant = (number.isMoney ? "$" : "") + number.digitsText + suffix
            let fix = FilterDiagnostic.Fix(lower: number.span.lower, upper: number.span.upper, replacement: meant)
            let unit = column.unit == .usd ? "dollars" : "shares"
            let message = "\(test) means \(number.digitsText) \(unit); did you mean \(meant)?"
            report(.warning, at: place, message, fix: fix)
        } else if Self.fractions.contains(column.id), number.digits <= 0.1 {
            let meant = FilterNumber.text((number.digits * 1e8).rounded() / 1e6) + "%"
            let fix = FilterDiagnostic.Fix(lower: number.span.lower, upper: number.span.upper, replacement: meant)
            let message = "\(test) means \(number.digitsText) percent; did you mean \(meant)?"
            report(.warning, at: place, message, fix: fix)
        }
    }

    /// Below this nobody asks, and what was probably left out.
    private static let least: [ColumnID: (Double, String)] = {
        let volumes: [ColumnID] = [
            .volume, .averageVolume, .averageVolume5, .averageVolume10, .averageVolume20, .averageVolume3m,
            .previousVolume, .preVolume, .regularVolume, .postVolume,
        ]
        let dollars: [ColumnID] = [.dollarVolume, .averageDollarVolume, .preDollarVolume]
        var least: [ColumnID: (Double, String)] = [
            .floatShares: (10_000, "M"), .sharesOutstanding: (10_000, "M"), .marketCap: (100_000, "M"),
        ]
        for id in volumes { least[id] = (100, "M") }
        for id in dollars { least[id] = (1_000, "M") }
        return least
    }()

    /// Percentages of which a tenth of a percent is nothing anybody looks for.
    private static let fractions: Set<ColumnID> = [
        .changePercent, .gapPercent, .fromOpenPercent, .preChangePercent, .postChangePercent, .previousChangePercent,
        .change3dPercent, .change5dPercent, .change10dPercent, .change20dPercent, .change1yPercent,
    ]

    // MARK: Constants

    /// The outcome of tests that read no column, which is doubted.
    mutating func constant(_ tests: [CheckedTest], _ node: FilterNode) -> CheckedTest {
        var verdicts: [Bool?] = []
        for case .compare(.constant(let a), let comparison, .constant(let b)) in tests {
            verdicts.append(a.isNaN || b.isNaN ? nil : comparison.holds(a, b))
        }
        let isTrue = verdicts.allSatisfy { $0 == true }
        report(.warning, at: node.place, isTrue ? "this is always true" : "this is never true")
        return verdicts.contains { $0 == nil } && !verdicts.contains(false) ? .and(tests) : .constant(isTrue)
    }

    /// Doubts a chain that contradicts itself.
    mutating func doubtChain(_ tests: [CheckedTest], _ node: FilterNode) {
        for (index, test) in tests.enumerated() {
            for earlier in tests[..<index] where Self.contradict(earlier, test) {
                report(.warning, at: node.place, "this is never true")
                return
            }
        }
    }

    // MARK: Clauses beside each other

    /// Doubts tests said twice, and of an `and` those that can never be true together.
    mutating func doubt(_ nodes: [FilterNode], _ tests: [CheckedTest], areAlternatives: Bool) {
        // Comparing each with each; what is longer is not typed by hand.
        guard nodes.count == tests.count, tests.count <= 64 else { return }
        for (index, test) in tests.enumerated() {
            for (earlier, other) in tests[..<index].enumerated() {
                if other == test {
                    report(.warning, at: nodes[index].place, "this is said twice")
                    break
                }
                if !areAlternatives, Self.contradict(other, test) {
                    let (first, second) = (FilterPrinter.text(of: nodes[earlier]), FilterPrinter.text(of: nodes[index]))
                    let message = "\(first) and \(second) are never true together"
                    report(.warning, at: nodes[index].place, message)
                    break
                }
            }
        }
    }

    private static func contradict(_ one: CheckedTest, _ other: CheckedTest) -> Bool {
        if one == .not(other) || other == .not(one) { return true }
        if case .text(let a) = one, case .text(let b) = other, a.column == b.column, a.fallback == b.fallback {
            guard case .oneOf(let first) = a.question, case .oneOf(let second) = b.question else { return false }
            return first.isDisjoint(with: second)
        }
        guard let a = Bounds(one), let b = Bounds(other), a.number == b.number else { return false }
        return a.excludes(b)
    }

    /// The values with which a test on one number is true.
    private struct Bounds {
        var number: CheckedNumber
        var lower = -Double.infinity
        var upper = Double.infinity
        var excludesLower = false
        var excludesUpper = false

        init?(_ test: CheckedTest) {
            switch test {
            case .compare(let number, let comparison, .constant(let value)) where !number.isConstant:
                self.init(number, comparison, value)
            case .compare(.constant(let value), let comparison, let number):
                self.init(number, comparison.mirrored, value)
            case .between(let number, let lower, let upper, let excludesUpper):
                self.init(number)
                (self.lower, self.upper, self.excludesUpper) = (lower, upper, excludesUpper)
            default: return nil
            }
        }

        private init(_ number: CheckedNumber) { self.number = number }

        private init?(_ number: CheckedNumber, _ comparison: FilterComparison, _ value: Double) {
            self.number = number
            switch comparison {
            case .equal: (lower, upper) = (value, value)
            case .less: (upper, excludesUpper) = (value, true)
            case .lessOrEqual: upper = value
            case .greater: (lower, excludesLower) = (value, true)
            case .greaterOrEqual: lower = value
            case .notEqual: return nil
            }
        }

        func excludes(_ other: Self) -> Bool { endsBefore(other) || other.endsBefore(self) }

        private func endsBefore(_ other: Self) -> Bool {
            upper < other.lower || (upper == other.lower && (excludesUpper || other.excludesLower))
        }
    }
}

extension FilterComparison {
    /// Whether it is true of two known numbers.
    func holds(_ a: Double, _ b: Double) -> Bool {
        switch self {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        }
    }
}
