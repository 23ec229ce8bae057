import TestSupport

@testable import FilterLanguage

/// Random trees of every form a text can have.
struct RandomFilters {
    var random: SeededRandom

    static let numbers = [
        "price", "rvol", "chg%", "float", "vol", "dvol", "age", "halt", "openmin", "pre.vol", "d1.high", "mcap", "time",
    ]
    static let windows = [("chg", "5m"), ("rvol", "slot-1"), ("vol%", "5m"), ("age", "halt"), ("nosuch", "7m")]
    static let texts = ["sector", "type", "sym", "exch", "nosuch"]
    static let words = [
        "CS", "energy", "BRK.B", "BRK-B", "a.-b", "x-5", "a.b-c", "and", "ALL", "health care", "a\"b", "it's", "\"'",
        "", "\u{5317}", "a\\", "%x", "5M",
    ]

    mutating func query() -> FilterQuery {
        var query = FilterQuery(condition: chance(95) ? node(4) : nil)
        if chance(20) {
            query.sort = (0..<pick(1...3)).map { _ in
                FilterSortKey(field: field(), descending: [nil, true, false][pick(0...2)])
            }
        }
        if chance(20) { query.top = pick(1...1000) }
        if chance(20) { query.columns = (0..<pick(1...3)).map { _ in field() } }
        return query
    }

    mutating func node(_ depth: Int) -> FilterNode {
        let span = FilterSpan(0, 0)
        switch depth == 0 ? pick(7...15) : pick(0...15) {
        case 0: return .and(nodes(depth, 2...4))
        case 1: return .or(nodes(depth, 2...4))
        case 2: return .not(node(depth - 1))
        case 3: return .held(node(depth - 1), seconds: seconds(3600))
        case 4: return sticky(depth)
        case 5: return .group([.any, .all, .none][pick(0...2)], nodes(depth, 1...3))
        case 6:
            let inner = nodes(depth, 1...4)
            return .group(.atLeast(pick(1...inner.count)), inner)
        case 7: return .flag(field())
        case 8: return .preset(["lowfloat", "gap-up", "a_1"][pick(0...2)], span)
        case 9: return .has(field(), isNegated: chance(50))
        case 10: return .inList(["mine", "52w", "gap-up"][pick(0...2)], isNegated: chance(50), span)
        case 11: return .matches(field(), pattern: word(), isNegated: chance(50), span)
        case 12: return range()
        case 13:
            let left = left()
            return .oneOf(left, (0..<pick(1...4)).map { _ in value(2) }, isNegated: chance(50))
        case 14:
            return .crosses(value(2), isAbove: chance(50), value(2), within: chance(50) ? seconds(3600) : nil)
        default: return comparison(left())
        }
    }

    private mutating func nodes(_ depth: Int, _ count: ClosedRange<Int>) -> [FilterNode] {
        (0..<pick(count)).map { _ in node(depth - 1) }
    }

    private mutating func sticky(_ depth: Int) -> FilterNode {
        let test = node(depth - 1)
        if chance(50), let left = test.leftValue { return .sticky(test, exit: comparison(left)) }
        return .sticky(test, exit: node(depth - 1))
    }

    private mutating func comparison(_ left: FilterValue) -> FilterNode {
        let count = chance(80) ? 1 : 2
        return .compare(
            [left] + (0..<count).map { _ in value(3) },
            (0..<count).map { _ in FilterComparison.allCases[pick(0...5)] }
        )
    }

    private mutating func left() -> FilterValue {
        chance(30) ? .field(FilterField(name: Self.texts[pick(0...(Self.texts.count - 1))])) : value(2)
    }

    /// A range whose ends are not the wrong way round.
    private mutating func range() -> FilterNode {
        while true {
            let range = FilterRange(
                lower: chance(80) ? value(2) : nil,
                upper: chance(80) ? value(2) : nil,
                excludesUpper: chance(30)
            )
            if range.lower == nil, range.upper == nil { continue }
            if let low = range.lower, let high = range.upper, low.isAbove(high) { continue }
            return .range(value(2), range, isNegated: chance(30))
        }
    }

    mutating func value(_ depth: Int) -> FilterValue {
        let span = FilterSpan(0, 0)
        switch depth == 0 ? pick(0...5) : pick(0...10) {
        case 0, 1: return .number(number())
        case 2: return .text(word(), span)
        case 3: return .timeOfDay(pick(0...86_399), span)
        case 4: return .duration(seconds(900_000), span)
        case 5: return .field(field())
        case 6:
            let function = FilterFunction.allCases[pick(0...(FilterFunction.allCases.count - 1))]
            return .function(function, (0..<function.argumentCount).map { _ in value(depth - 1) }, span)
        case 7: return .negated(value(depth - 1))
        case 8: return .arithmetic(value(depth - 1), FilterOperator.allCases[pick(0...3)], value(depth - 1))
        case 9:
            return .percentOf(FilterNumber(digits: Double(pick(0...200)), suffix: .percent), value(depth - 1))
        default: return .fallback(value(depth - 1), value(depth - 1))
        }
    }

    private mutating func number() -> FilterNumber {
        let digits: [Double] = [
            0, 1, 5, 0.5, 0.1, 1e-7, 123_456.789, 1e6, Double(pick(0...100_000)) / 1000,
            Double.random(in: 0...1000, using: &random),
        ]
        let suffix = FilterNumber.Suffix.allCases[pick(0...(FilterNumber.Suffix.allCases.count - 1))]
        let mayBeMoney = suffix != .percent && suffix != .times
        return FilterNumber(digits: digits[pick(0...9)], suffix: suffix, isMoney: mayBeMoney && chance(20))
    }

    private mutating func field() -> FilterField {
        if chance(20) {
            let window = Self.windows[pick(0...(Self.windows.count - 1))]
            return FilterField(name: window.0, argument: window.1)
        }
        return FilterField(name: Self.numbers[pick(0...(Self.numbers.count - 1))])
    }

    private mutating func word() -> String { Self.words[pick(0...(Self.words.count - 1))] }

    private mutating func seconds(_ most: Int) -> Int {
        let unit = [1, 60, 300, 3600][pick(0...3)]
        return pick(0...(most / unit)) * unit
    }

    mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func chance(_ percent: Int) -> Bool { pick(1...100) <= percent }
}
