/// Why a text is no fault rule.
package struct FaultRuleError: Error, Hashable, CustomStringConvertible {
    /// What is wrong and what is allowed.
    package let description: String

    init(_ description: String) { self.description = description }
}

extension FaultRule {
    /// How a rule is written, for help and errors.
    package static let spelling =
        "PATH=FAULT[@FIRST][xCOUNT], such as /stable/profile=status:429@2x3: from the third request on, three times; "
        + "PATH is any part of a path. Faults: " + FaultKind.spellings.joined(separator: ", ")

    /// The rule a text stands for, as ``spelling`` says.
    package static func parse(_ text: String) throws(FaultRuleError) -> Self {
        guard text.utf8.count <= 300 else { throw FaultRuleError("a fault has at most 300 characters") }
        guard let mark = text.lastIndex(of: "=") else { throw FaultRuleError("a fault is written \(spelling)") }
        let path = String(text[..<mark])
        guard path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw FaultRuleError("the path of a fault is printable ASCII without spaces")
        }
        var rest = text[text.index(after: mark)...]
        var count = Int.max
        var first = 0
        // Names have an x of their own: a count is what follows the last one and is all digits.
        if let mark = rest.lastIndex(of: "x"), let number = Int(rest[rest.index(after: mark)...]), number >= 0 {
            count = number
            rest = rest[..<mark]
        }
        if let mark = rest.lastIndex(of: "@") {
            guard let number = Int(rest[rest.index(after: mark)...]), number >= 0 else {
                throw FaultRuleError("after @ comes the number of the first request that fails, from 0")
            }
            first = number
            rest = rest[..<mark]
        }
        return Self(path: path, first: first, count: count, kind: try FaultKind.parse(String(rest)))
    }
}

extension FaultKind {
    /// Names with their values.
    static let spellings = [
        "status:CODE", "error-object (200 with the fundamentals vendor's words for its limit)", "plain-text", "empty",
        "html", "truncated:BYTES", "cut:BYTES", "slow:BYTES:MS", "hang", "reset", "huge:BYTES", "deep:LEVELS",
        "malformed", "repeated-pages", "empty-pages", "endless-pages", "texts-for-numbers", "nulls", "duplicated",
    ]

    /// The fault a name with its values stands for.
    static func parse(_ text: String) throws(FaultRuleError) -> Self {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let values = parts.dropFirst().map { Int($0) ?? -1 }
        let name = String(parts.first ?? "")
        let wanted = ["status": 1, "truncated": 1, "cut": 1, "slow": 2, "huge": 1, "deep": 1][name] ?? 0
        guard values.count == wanted, values.allSatisfy({ (0...1_000_000_000).contains($0) }) else {
            throw FaultRuleError("\"\(name)\" takes \(wanted) whole number(s), each after a colon")
        }
        switch name {
        case "status":
            guard (100...599).contains(values[0]) else { throw FaultRuleError("a status is 100 to 599") }
            return .status(values[0])
        case "error-object":
            let text = "{\"Error Message\":\"\(FMPError.limitReached(status: 200).text)\"}"
            return .body(status: 200, contentType: "application/json", text: text)
        case "plain-text": return .body(status: 200, contentType: "text/plain", text: FMPError.restricted.text)
        case "empty": return .empty
        case "html": return .html
        case "truncated": return .truncated(afterBytes: values[0])
        case "cut": return .cut(afterBytes: values[0])
        case "slow": return .slowDrip(bytes: values[0], milliseconds: values[1])
        case "hang": return .hang
        case "reset": return .reset
        case "huge": return .hugeBody(bytes: values[0])
        case "deep": return .deepNesting(levels: values[0])
        case "malformed": return .malformedElements
        case "repeated-pages": return .spoiledRows(.repeatedPages)
        case "empty-pages": return .spoiledRows(.emptyPages)
        case "endless-pages": return .spoiledRows(.endlessPages)
        case "texts-for-numbers": return .spoiledRows(.textsForNumbers)
        case "nulls": return .spoiledRows(.nulls)
        case "duplicated": return .spoiledRows(.duplicated)
        default:
            throw FaultRuleError("\"\(name.prefix(40))\" is no fault; there are: \(spellings.joined(separator: ", "))")
        }
    }
}
