/// The paths of the fundamentals vendor (FMP), which shares the server's address.
enum FMPRoute: Hashable {
    /// `/stable/shares-float-all?page=&limit=`.
    case floats
    /// `/stable/shares-float?symbol=`.
    case float
    /// `/stable/market-capitalization-batch?symbols=`.
    case marketCaps
    /// `/stable/profile?symbol=`.
    case profile
    /// `/api/v3/…` and `/api/v4/…`.
    case legacy
    /// Anything else under `/stable` and `/api`.
    case unknown

    /// The route of a path; nil if it is not the fundamentals vendor's.
    init?(path: [String]) {
        switch path.first {
        case "api": self = path.count > 1 && ["v3", "v4"].contains(path[1]) ? .legacy : .unknown
        case "stable":
            switch path.dropFirst().joined(separator: "/") {
            case "shares-float-all": self = .floats
            case "shares-float": self = .float
            case "market-capitalization-batch": self = .marketCaps
            case "profile": self = .profile
            default: self = .unknown
            }
        default: return nil
        }
    }
}

/// The fundamentals vendor's errors with their bodies.
enum FMPError: Error, Hashable {
    case badKey
    case limitReached(status: Int)
    case restricted
    case premiumSymbol
    case legacy
    case badParameter(String)
    case unknownPath
    case other(Int)

    /// The error an injected status stands for.
    init(status: Int) {
        switch status {
        case 401: self = .badKey
        case 402: self = .restricted
        case 403: self = .legacy
        case 404: self = .unknownPath
        case 429: self = .limitReached(status: 429)
        default: self = .other(status)
        }
    }

    var status: Int {
        switch self {
        case .badKey: 401
        case .restricted, .premiumSymbol: 402
        case .legacy: 403
        case .badParameter: 400
        case .unknownPath: 404
        case .limitReached(let status), .other(let status): status
        }
    }

    /// Whether the body is the text alone rather than an object with it.
    var isPlainText: Bool { self == .restricted || self == .premiumSymbol }

    var text: String {
        let site = "https://site.financialmodelingprep.com/"
        let upgrade = "is not available under your current subscription please visit our subscription page to upgrade "
        return switch self {
        case .badKey:
            "Invalid API KEY. Feel free to create a Free API Key or visit "
                + "\(site)faqs?search=why-is-my-api-key-invalid for more information."
        case .limitReached:
            "Limit Reach . Please upgrade your plan or visit our documentation for more details at \(site)"
        case .restricted: "Restricted Endpoint: This endpoint \(upgrade)your plan at \(site)developer/docs/pricing"
        case .premiumSymbol:
            "Premium Query Parameter: 'Special Endpoint : This value set for 'symbol' \(upgrade)"
                + "your plan at \(site)developer/docs/pricing'"
        case .legacy:
            "Legacy Endpoint : Due to Legacy endpoints being no longer supported - This endpoint is only available for "
                + "legacy users who have valid subscriptions prior August 31, 2025. Please visit our documentation page "
                + "\(site)developer/docs for our current APIs."
        case .badParameter(let name): "Query Error: Invalid or missing query parameter - \(name)"
        case .unknownPath: ""
        case .other: "Internal error"
        }
    }
}

/// Symbols as the fundamentals vendor writes them.
enum FMPSymbol {
    /// `BRK.B` as `BRK-B`, `BACpM` as `BAC-PM`, `ACHR.WS` as `ACHR-WT`, `ACHR.WS.A` as `ACHR-WTA`, `AACT.U` as `AACT-UN`.
    static func text(of ticker: String) -> String {
        if let mark = ticker.firstIndex(of: "p") {
            return ticker[..<mark] + "-P" + ticker[ticker.index(after: mark)...]
        }
        let parts = ticker.split(separator: ".", maxSplits: 1)
        guard parts.count == 2 else { return ticker }
        switch parts[1] {
        case "U": return parts[0] + "-UN"
        case "WS": return parts[0] + "-WT"
        case let suffix where suffix.hasPrefix("WS."): return parts[0] + "-WT" + suffix.dropFirst(3)
        default: return parts[0] + "-" + parts[1]
        }
    }
}
