import EngineAPI
import MarketData

extension TypedCommand {
    /// The commands about lists, filters and columns; nil for all others.
    ///
    /// - Throws: ``CommandError``.
    static func parseScan(_ verb: String, _ rest: [CommandWord], _ line: String) throws(CommandError) -> TypedCommand? {
        let end = line.unicodeScalars.count
        switch verb {
        case "list": return .list(try atMostOne(rest, verb)?.text)
        case "filter":
            guard let first = rest.first else { return .filter(nil) }
            let text = String(String.UnicodeScalarView(line.unicodeScalars.dropFirst(first.range.lowerBound)))
            return .filter(text)
        case "cols":
            var found: [ColumnID] = []
            for word in rest { found += try columns(word) }
            return .columns(found)
        case "sort":
            guard let word = try atMostOne(rest, verb) else {
                throw CommandError(text: "sort by which column? such as rvol- or chg%+", range: end..<end)
            }
            return .sort(try understood(word) { () throws(ColumnWords.Problem) in try ColumnWords.sortKey(word.text) })
        case "save":
            guard let word = try atMostOne(rest, verb) else {
                throw CommandError(text: "save under which name? such as runners", range: end..<end)
            }
            return .save(word.text)
        case "at":
            guard let word = try atMostOne(rest, verb) else {
                throw CommandError(text: "at which time of today? such as 09:45", range: end..<end)
            }
            return .recall(secondOfDay: try secondOfDay(word))
        case "why":
            guard let word = try atMostOne(rest, verb) else { return .why(nil) }
            guard let symbol = Symbol(word.text) ?? Symbol(word.text.uppercased()) else {
                throw CommandError(text: "that is no symbol such as AAPL", range: word.range)
            }
            return .why(symbol)
        default: return nil
        }
    }

    private static func atMostOne(_ words: [CommandWord], _ verb: String) throws(CommandError) -> CommandWord? {
        if words.count > 1 { throw CommandError(text: "\(verb) takes one word", range: words[1].range) }
        return words.first
    }

    private static func columns(_ word: CommandWord) throws(CommandError) -> [ColumnID] {
        var found: [ColumnID] = []
        for part in word.text.split(separator: ",") {
            found.append(
                try understood(word) { () throws(ColumnWords.Problem) in try ColumnWords.column(String(part)).id }
            )
        }
        return found
    }

    /// What a word means, its fault as one of the line.
    private static func understood<Value>(
        _ word: CommandWord,
        _ read: () throws(ColumnWords.Problem) -> Value
    ) throws(CommandError) -> Value {
        do {
            return try read()
        } catch {
            throw CommandError(text: error.sentence, range: word.range)
        }
    }

    private static func secondOfDay(_ word: CommandWord) throws(CommandError) -> Int {
        let fields = word.text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = fields.compactMap { (1...2).contains($0.utf8.count) ? Int($0) : nil }
        guard (2...3).contains(fields.count), numbers.count == fields.count, (0..<24).contains(numbers[0]),
            numbers.dropFirst().allSatisfy({ (0..<60).contains($0) })
        else { throw CommandError(text: "that is no time such as 09:45", range: word.range) }
        return numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0)
    }
}
