import Simulator

/// Which troubles of a plan befall one connection, and when.
///
/// Pure; times are milliseconds since the connection's upgrade or since the plan was set, whichever is later.
struct StreamTroubles {
    private enum Stage { case waiting, active, over }

    private var rules: [(rule: StreamFaultRule, stage: Stage)]
    /// The lasting troubles of now.
    private(set) var lasting: [StreamFault] = []

    /// The troubles of a plan for the connection of a number, those of the upgrade and the login aside.
    init(_ plan: StreamFaultPlan, connection number: Int) {
        rules = plan.rules.filter { rule in
            let phase = rule.fault.phase
            return rule.befalls(connection: number) && (phase == .instant || phase == .lasting)
        }.map { ($0, .waiting) }
    }

    /// Goes on in time; returns what strikes at once.
    ///
    /// `isLive` tells whether the client has logged in: nobody has too many connections before that.
    mutating func advance(elapsedMs: Int, events: Int, isLive: Bool) -> [StreamFault] {
        guard !rules.isEmpty else { return [] }
        var instants: [StreamFault] = []
        for index in rules.indices {
            let rule = rules[index].rule
            if rules[index].stage == .waiting, elapsedMs >= rule.afterMs, events >= rule.afterEvents,
                isLive || rule.fault != .maxConnections
            {
                rules[index].stage = rule.fault.phase == .lasting ? .active : .over
                if rule.fault.phase == .instant { instants.append(rule.fault) }
            }
            if rules[index].stage == .active, let length = rule.forMs, elapsedMs >= rule.afterMs + length {
                rules[index].stage = .over
            }
        }
        lasting = rules.filter { $0.stage == .active }.map(\.rule.fault)
        return instants
    }
}

/// The lasting troubles as the places that cause them ask for them.
struct StreamSpoilage: Hashable {
    var stalls = false
    var holdsEvents = false
    var isHalfOpen = false
    var reorders = false
    var duplicates = false
    var extras: [StreamFault] = []
    var addsBinary = false
    var addsInvalidUTF8 = false
    var fragmentBytes: Int?
    var pingsPerSecond = 0
    var ignoresClose = false
    var burstPerSecond = 0
    var denied: StreamInterest = []

    /// No trouble.
    init() {}

    init(_ lasting: [StreamFault]) {
        for fault in lasting {
            switch fault {
            case .stall: stalls = true
            case .stallWithPings: holdsEvents = true
            case .halfOpen: isHalfOpen = true
            case .reorder: reorders = true
            case .duplicate: duplicates = true
            case .malformed, .hostileSymbols, .unknownEvents: extras.append(fault)
            case .binary: addsBinary = true
            case .invalidUTF8: addsInvalidUTF8 = true
            case .fragment(let bytes): fragmentBytes = max(1, bytes)
            case .pingFlood(let rate): pingsPerSecond = max(0, rate)
            case .ignoreClose: ignoresClose = true
            case .burst(let rate): burstPerSecond = max(0, rate)
            case .notAuthorized(let topics):
                for topic in topics { denied.formUnion(StreamInterest(word: topic[...]) ?? []) }
            default: break
            }
        }
    }

    /// Whether events pass through unchanged.
    var leavesEventsAlone: Bool { !reorders && !duplicates && extras.isEmpty }

    /// Elements that come among the good ones of a frame.
    var extraElements: [String] {
        extras.flatMap { fault in
            switch fault {
            case .malformed: SpoiledEvents.malformed
            case .hostileSymbols: SpoiledEvents.hostileSymbols
            default: SpoiledEvents.unknown
            }
        }
    }
}

/// Elements no vendor should send.
enum SpoiledEvents {
    /// Wrong types, absurd numbers, missing fields, stray scalars.
    static let malformed = [
        "{\"ev\":\"T\",\"sym\":12,\"p\":1,\"s\":1,\"t\":1}",
        "{\"ev\":\"T\",\"sym\":\"BADZ\",\"p\":\"x\",\"s\":[],\"t\":{}}",
        "{\"ev\":\"T\",\"sym\":\"BADZ\",\"p\":1e400,\"s\":-5,\"t\":99999999999999999999}", "null", "17", "[]", "{}",
        "{\"ev\":17}", "{\"sym\":\"BADZ\",\"p\":1,\"s\":1,\"t\":1}", "{\"ev\":\"Q\",\"sym\":\"BADZ\"}",
        "{\"ev\":\"A\",\"sym\":\"BADZ\",\"v\":10,\"av\":10,\"vw\":1.0,\"o\":1.0,\"c\":1.0,\"h\":1.0,\"l\":1.0,\"a\":1.0,"
            + "\"z\":9.3e+18,\"s\":\"soon\",\"e\":null}",
        "{\"ev\":\"LULD\",\"T\":\"BADZ\",\"h\":-3,\"l\":\"low\",\"i\":17,\"t\":-1}",
        "{\"ev\":\"T\",\"sym\":\"BADZ\",\"p\":0,\"s\":0,\"t\":0,\"c\":[1e9,-1,\"a\"]}",
    ]

    /// Otherwise good trades of symbols with control characters, other cases and lengths.
    static let hostileSymbols = [
        "\\u001b[31mEVIL", "A\\u0000B", "\\u0007", "", "aapl", "BRK.b", "..", "*", "A B", "\\u202eLPAA",
        String(repeating: "X", count: 5_000), "\\ud800", "\\\"},{\\\"ev\\\":\\\"T\\\"",
    ].map {
        "{\"ev\":\"T\",\"sym\":\"\($0)\",\"x\":4,\"i\":\"1\",\"z\":3,\"p\":1.5,\"s\":100,\"t\":1790000000000,\"q\":1}"
    }

    /// Elements of kinds nobody has announced.
    static let unknown = [
        "{\"ev\":\"XT\",\"pair\":\"BTC-USD\",\"p\":1}", "{\"ev\":\"NEWTYPE\",\"foo\":{\"bar\":[1,2]}}",
        "{\"ev\":\"FMV\",\"fmv\":258.375,\"sym\":\"AAPL\",\"t\":1791297014912345678}",
        "{\"ev\":\"NOI\",\"T\":\"BRK.B\",\"t\":1791294600000338385,\"at\":930,\"a\":\"O\",\"i\":61,\"x\":10,\"o\":5200,"
            + "\"p\":18100,\"b\":493.1}",
        "{\"ev\":\"status\",\"status\":\"maintenance\",\"message\":\"A status nobody knows\"}",
    ]

    /// A frame's text that is no UTF-8: a lone continuation byte, an overlong form, a byte that never occurs.
    static let invalidUTF8: [UInt8] =
        Array("[{\"ev\":\"T\",\"sym\":\"A".utf8) + [0x80, 0xC0, 0xAF, 0xFF] + Array("\",\"p\":1}]".utf8)

    /// What is sent in a binary frame.
    static let binary: [UInt8] = [0x00, 0xFF, 0x5B, 0x7B, 0x0A, 0x80, 0x5D]

    /// What comes before the answer to an upgrade.
    static let garbage: [UInt8] =
        Array("\u{0}\u{1}not the protocol you expect\r\n\r\n".utf8) + [0xFF, 0xFE, 0x81, 0x05]
}
