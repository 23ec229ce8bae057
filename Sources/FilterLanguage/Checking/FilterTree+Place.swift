extension FilterNode {
    /// From the first to the last byte of its names and numbers; nil when it has none.
    var place: FilterSpan? {
        switch self {
        case .and(let nodes), .or(let nodes), .group(_, let nodes): FilterSpan.joined(nodes.map(\.place))
        case .not(let node), .held(let node, _): node.place
        case .sticky(let node, let exit): FilterSpan.joined([node.place, exit.place])
        case .compare(let values, _): FilterSpan.joined(values.map(\.place))
        case .range(let value, let range, _): FilterSpan.joined([value.place, range.lower?.place, range.upper?.place])
        case .oneOf(let value, let values, _): FilterSpan.joined([value.place] + values.map(\.place))
        case .inList(_, _, let span), .preset(_, let span): span
        case .matches(let field, _, _, let span): FilterSpan.joined([field.span, span])
        case .crosses(let left, _, let right, _): FilterSpan.joined([left.place, right.place])
        case .flag(let field), .has(let field, _): field.span
        }
    }
}

extension FilterValue {
    /// From the first to the last byte of its names and numbers; nil when it has none.
    var place: FilterSpan? {
        switch self {
        case .number(let number): number.span
        case .text(_, let span), .timeOfDay(_, let span), .duration(_, let span), .function(_, _, let span): span
        case .field(let field): field.span
        case .negated(let value): value.place
        case .arithmetic(let left, _, let right), .fallback(let left, let right):
            FilterSpan.joined([left.place, right.place])
        case .percentOf(let number, let value): FilterSpan.joined([number.span, value.place])
        }
    }
}

extension FilterSpan {
    /// From the first byte of all to the last.
    static func joined(_ spans: [Self?]) -> Self? {
        let known = spans.compactMap(\.self)
        guard let lower = known.map(\.lower).min(), let upper = known.map(\.upper).max() else { return nil }
        return Self(lower, upper)
    }
}
