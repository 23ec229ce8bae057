// How people write troubles: `NAME[:VALUE…][@WHEN][+DURATION][#CONNECTIONS]`, for example `stall@30s+10s`,
// `close:1011:going away@1000ev`, `refuse:403#0-2`, `burst:100000@60s+5s`.

/// Why a written trouble is none.
package struct StreamFaultError: Error, Hashable, CustomStringConvertible {
    /// A sentence for the person who wrote it.
    package let description: String

    init(_ description: String) { self.description = description }
}

extension StreamFaultRule {
    /// The spelling, for a command's help.
    package static let spelling =
        "NAME[:VALUE][@WHEN][+DURATION][#FIRST[-LAST]]: WHEN is 30s, 500ms or 1000ev (events), DURATION 10s or 500ms, "
        + "connections count from 0; names: " + StreamFault.spellings.joined(separator: ", ")

    /// A rule from its spelling.
    package static func parse(_ text: String) throws(StreamFaultError) -> Self {
        guard text.utf8.count <= 300 else { throw StreamFaultError("a fault has at most 300 characters") }
        var rest = text[...]
        let connections = try Self.cut(&rest, at: "#").map { text throws(StreamFaultError) in try Self.range(text) }
        let duration = try Self.cut(&rest, at: "+").map { text throws(StreamFaultError) in try Self.milliseconds(text) }
        var afterMs = 0
        var afterEvents = 0
        if let when = Self.cut(&rest, at: "@") {
            if when.hasSuffix("ev") {
                afterEvents = try StreamFault.number(when.dropLast(2), "events in \"@\(when)\"")
            } else {
                afterMs = try Self.milliseconds(when)
            }
        }
        let fault = try StreamFault.parse(String(rest))
        return Self(
            fault,
            first: connections?.lowerBound ?? 0,
            count: connections?.count ?? .max,
            afterMs: afterMs,
            afterEvents: afterEvents,
            forMs: duration
        )
    }

    /// What stands behind the last `mark`, which is cut off with it.
    private static func cut(_ rest: inout Substring, at mark: Character) -> Substring? {
        guard let place = rest.lastIndex(of: mark) else { return nil }
        let found = rest[rest.index(after: place)...]
        rest = rest[..<place]
        return found
    }

    private static func range(_ text: Substring) throws(StreamFaultError) -> Range<Int> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2 else {
            throw StreamFaultError("\"#\(text)\" is no range of connections: write #0 or #0-2")
        }
        let first = try StreamFault.number(ends[0], "connections in \"#\(text)\"")
        let last = ends.count == 2 ? try StreamFault.number(ends[1], "connections in \"#\(text)\"") : first
        guard first <= last else { throw StreamFaultError("\"#\(text)\" ends before it begins") }
        return first..<last + 1
    }

    private static func milliseconds(_ text: Substring) throws(StreamFaultError) -> Int {
        if text.hasSuffix("ms") { return try StreamFault.number(text.dropLast(2), "time \"\(text)\"") }
        guard text.hasSuffix("s") else {
            throw StreamFaultError("\"\(text)\" is no time: write 30s, 500ms or, after @, 1000ev")
        }
        return try StreamFault.number(text.dropLast(), "time \"\(text)\"") * 1_000
    }
}

extension StreamFault {
    /// Every name with its values.
    static let spellings = [
        "refuse[:STATUS]", "slow[:MS]", "never", "garbage", "eager", "bad-login", "bad-plan", "silent-login",
        "login-timeout", "not-authorized:TOPICS", "reset", "drop", "close[:CODE[:REASON]]", "max-connections",
        "huge[:BYTES]", "endless-frame", "endless-message", "stall", "stall-with-pings", "half-open", "reorder",
        "duplicate", "malformed", "fragment[:BYTES]", "ping-flood[:PER-SECOND]", "binary", "invalid-utf8",
        "hostile-symbols", "unknown-events", "ignore-close", "burst[:PER-SECOND]",
    ]

    private static let plain: [String: Self] = [
        "never": .neverUpgrade, "garbage": .garbage, "eager": .eager, "bad-login": .badLogin, "bad-plan": .badPlan,
        "silent-login": .silentLogin, "login-timeout": .loginTimeout, "reset": .reset, "drop": .drop,
        "max-connections": .maxConnections, "endless-frame": .endlessFrame, "endless-message": .endlessMessage,
        "stall": .stall, "stall-with-pings": .stallWithPings, "half-open": .halfOpen, "reorder": .reorder,
        "duplicate": .duplicate, "malformed": .malformed, "binary": .binary, "invalid-utf8": .invalidUTF8,
        "hostile-symbols": .hostileSymbols, "unknown-events": .unknownEvents, "ignore-close": .ignoreClose,
    ]

    /// A trouble from its name and values: `stall`, `close:1011:going away`, `fragment:100`.
    package static func parse(_ text: String) throws(StreamFaultError) -> Self {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? ""
        if let found = plain[name] {
            guard parts.count == 1 else { throw StreamFaultError("\"\(name)\" takes no value") }
            return found
        }
        let value = parts.count > 1 ? parts[1] : nil
        if name != "close", parts.count > 2 { throw StreamFaultError("\"\(name)\" takes one value") }
        switch name {
        case "refuse":
            guard let value else { return .refuse }
            return .refuseUpgrade(status: try number(value, "status of \"\(name)\"", in: 400...599))
        case "slow": return .slowUpgrade(milliseconds: try number(value, or: 3_000, name, in: 0...600_000))
        case "huge": return .huge(bytes: try number(value, or: 50_000_000, name, in: 16...500_000_000))
        case "fragment": return .fragment(bytes: try number(value, or: 100, name, in: 1...65_536))
        case "ping-flood": return .pingFlood(perSecond: try number(value, or: 1_000, name, in: 1...100_000))
        case "burst": return .burst(perSecond: try number(value, or: 100_000, name, in: 1...1_000_000))
        case "close":
            let code = try number(value, or: 1_000, name, in: 1_000...4_999)
            return .close(code: code, reason: parts.count > 2 ? String(parts[2]) : "")
        case "not-authorized":
            guard let value, !value.isEmpty else {
                throw StreamFaultError("\"not-authorized\" needs topics, such as not-authorized:Q,LULD")
            }
            return .notAuthorized(topics: value.split(separator: ",").map(String.init))
        default:
            let known = spellings.joined(separator: ", ")
            throw StreamFaultError("\"\(name)\" is no fault of the stream; there are: \(known)")
        }
    }

    fileprivate static func number(
        _ text: Substring,
        _ what: String,
        in range: ClosedRange<Int> = 0...1_000_000_000
    ) throws(StreamFaultError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw StreamFaultError("the \(what) has to be a whole number of \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func number(
        _ text: Substring?,
        or standard: Int,
        _ name: String,
        in range: ClosedRange<Int>
    ) throws(StreamFaultError) -> Int {
        guard let text else { return standard }
        return try number(text, "value of \"\(name)\"", in: range)
    }
}
