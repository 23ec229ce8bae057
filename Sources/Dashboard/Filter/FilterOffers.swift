import EngineAPI
import FilterLanguage
import MarketData

/// What can be put in at the filter line's cursor; worked out when the line changes, not when it is painted.
struct FilterOffers: Hashable, Sendable {
    /// Offers while one types, at most.
    static let typedMax = 40
    /// Offers of all there is, at most.
    static let allMax = 600

    /// The offers, the likeliest first.
    private(set) var all: [FilterCandidate] = []
    /// What the likeliest offer adds to what is typed, where it begins with that.
    private(set) var ghost = ""
    /// What is typed of the word.
    private(set) var typed = ""
    /// The bytes it stands at.
    private(set) var range = 0..<0

    /// None.
    init() {}

    /// The offers at the cursor of a line; of the whole dictionary, or only of what fits what is typed.
    init(_ text: String, cursor: Int, _ scope: FilterScope, isWhole: Bool) {
        let found = FilterCompletion.candidates(text, at: cursor, scope: scope, limit: Self.typedMax)
        let bytes = Array(text.utf8)
        range = (found.lower..<max(found.lower, found.upper)).clamped(to: 0..<bytes.count)
        typed = String(decoding: bytes[range], as: UTF8.self)
        if isWhole {
            let word = typed.hasPrefix("\"") ? "" : typed
            let dictionary = FilterCompletion.candidates(word, at: word.utf8.count, scope: scope, limit: Self.allMax)
            all = dictionary.candidates.filter { $0.kind != .word }
        } else if !typed.isEmpty {
            ghost = found.ghost
            all = found.candidates
        }
    }

    /// The likeliest offer that is not there already.
    var first: FilterCandidate? { all.first { $0.text.lowercased() != typed.lowercased() } }
}

extension FilterCandidate {
    /// A filter that uses it; nil where the word alone says how.
    var example: String? {
        switch kind {
        case .word: return nil
        case .preset, .list: return text + " and rvol > 3"
        case .value: return nil
        case .function:
            return text.hasPrefix("has") || text.hasPrefix("missing")
                ? "\(text)float)"
                : ["rank(chg%) <= 20", "pctile(vol) > 99", "zscore(rvol) > 3", "abs(chg%) > 5"].first {
                    $0.hasPrefix(text)
                }
                    ?? "\(text)open, last) > 5"
        case .field:
            guard let column = ColumnDescriptor.named(text) else { return nil }
            switch column.kind {
            case .flag: return "\(text)   or   not \(text)"
            case .text: return "\(text) ~ \"bio\"   or   \(text) in [a, b]"
            case .strip: return nil
            case .number: return "\(text) \(Self.bound(column.unit))"
            }
        }
    }

    private static func bound(_ unit: ColumnUnit) -> String {
        switch unit {
        case .usd: "1..20"
        case .shares: "> 1M"
        case .percent: "> 5"
        case .ratio: "> 3x"
        case .trades: "> 100"
        case .days: "<= 3"
        case .minutes: "< 30"
        case .seconds: "< 60"
        case .deviations: "> 2"
        case .count, .none: "> 50"
        }
    }

    /// What it is, in a word: a field says what it counts.
    var kindWords: String {
        guard kind == .field, let column = ColumnDescriptor.named(text) else { return kind.rawValue }
        switch column.kind {
        case .flag: return "yes/no"
        case .text: return "text"
        case .strip: return "cells"
        case .number: return unit.isEmpty ? "number" : unit
        }
    }
}
