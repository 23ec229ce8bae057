import FilterLanguage

// A clause that is switched off stays in the line. What is off is kept as the places it has in the text, in bytes: they move
// with every change before them, so that a line can be mended and a clause still be off. What is in force is the text put
// together again without them; nothing of this outlives the editor but the text that was applied.

/// A top-level clause of the line.
struct FilterClause: Hashable, Sendable {
    /// As the pretty form writes it, and as the engine's counts name it.
    var words: String
    /// Where it stands in the text, in bytes.
    var place: Range<Int>
    /// Left out of what is in force.
    var isOff: Bool
}

/// The clauses of a line and which of them are off.
struct FilterClauses: Hashable, Sendable {
    /// Of the last text that could be understood.
    private(set) var all: [FilterClause] = []
    /// Places of what is off, also while the text cannot be understood.
    private(set) var off: [Range<Int>] = []

    /// Moves what is off along with a change of the text.
    mutating func follow(_ old: String, to new: String) {
        guard !off.isEmpty, old != new else { return }
        let (before, after) = (Array(old.utf8), Array(new.utf8))
        let same = zip(before, after).prefix { $0 == $1 }.count
        let rest = min(before.count, after.count) - same
        let tail = zip(before.reversed(), after.reversed()).prefix(rest).prefix { $0 == $1 }.count
        let (end, shift) = (before.count - tail, after.count - before.count)
        off = off.compactMap { place in
            func moved(_ byte: Int) -> Int { byte <= same ? byte : byte >= end ? byte + shift : same }
            let (lower, upper) = (moved(place.lowerBound), moved(place.upperBound))
            return lower < upper ? lower..<upper : nil
        }
    }

    /// Forgets what is off: the line is another one.
    mutating func clear() { (all, off) = ([], []) }

    /// Takes the clauses of a text that could be understood.
    mutating func take(_ program: FilterProgram) {
        all = zip(program.clauses, program.clauseSpans).map { words, span in
            let place = span.lower..<max(span.lower, span.upper)
            return FilterClause(words: words, place: place, isOff: off.contains { $0.overlaps(place) })
        }
        off = all.filter(\.isOff).map(\.place)
    }

    /// Switches a clause off, or on again; false when there is none of this number, from 0.
    mutating func toggle(_ index: Int) -> Bool {
        guard all.indices.contains(index) else { return false }
        all[index].isOff.toggle()
        off = all.filter(\.isOff).map(\.place)
        return true
    }

    /// The text without what is off: the clauses left, then the pipes; nil when nothing is left.
    func inForce(of text: String, _ scope: FilterScope) -> String? {
        guard !off.isEmpty else { return text.isBlank ? nil : text }
        let bytes = Array(text.utf8)
        let on = all.filter { !$0.isOff }
        func source(_ place: Range<Int>) -> String {
            String(decoding: bytes[place.clamped(to: 0..<bytes.count)], as: UTF8.self)
        }
        let behind = (all.map(\.place.upperBound).max() ?? 0)..<bytes.count
        let pipes = behind.isEmpty ? "" : String(source(behind).drop { $0 != "|" })
        func joined(_ parts: [String]) -> String? {
            let whole = (parts.joined(separator: " and ") + (pipes.isEmpty ? "" : " " + pipes))
            return whole.isBlank ? nil : whole
        }
        // As it was typed where that means the same, else in the pretty form; a clause that needs parentheses gets them.
        let spellings = [on.map { source($0.place) }, on.map(\.words), on.map { "(" + $0.words + ")" }]
        let same = spellings.lazy.compactMap { joined($0) }.first { text in
            FilterCompiler.compile(text, in: scope).program?.clauses == on.map(\.words)
        }
        return same ?? joined(spellings[2])
    }
}

extension String {
    /// Without the blanks around it.
    var trimmed: Substring {
        let rest = drop { $0 == " " }
        return rest.lastIndex { $0 != " " }.map { rest[...$0] } ?? ""
    }

    /// Nothing but blanks.
    var isBlank: Bool { utf8.allSatisfy { $0 == 0x20 } }
}
