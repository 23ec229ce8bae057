import MarketData

extension SettingSpec {
    /// The value as this setting takes it, or what is wrong with it as part of a sentence.
    ///
    /// A whole number serves where a number is asked; nothing else is converted.
    func accepted(_ value: SettingValue) -> Result<SettingValue, Refusal> {
        switch (kind, value) {
        case (.integer(let range), .integer(let whole)):
            range.contains(whole) ? .success(value) : .failure(.range)
        case (.number(let range), .number(let number)):
            range.contains(number) ? .success(value) : .failure(.range)
        case (.number(let range), .integer(let whole)):
            range.contains(Double(whole)) ? .success(.number(Double(whole))) : .failure(.range)
        case (.flag, .flag): .success(value)
        case (.choice(let words), .text(let word)):
            words.contains(word) ? .success(value) : .failure(.word(NearestName.of(word, among: words)))
        case (.url(let schemes), .text(let address)): Self.checkedAddress(address, schemes)
        case (.path, .text(let path)):
            path.utf8.count <= Self.pathBytesMax && !path.unicodeScalars.contains(where: \.isControl)
                ? .success(value) : .failure(.range)
        case (.name, .text(let name)): ThemeFile.isName(name) ? .success(value) : .failure(.range)
        case (.symbols(let max), .text(let list)): Self.checkedSymbols(list, max)
        default: .failure(.kind)
        }
    }

    /// The value of an option's or a variable's text; nil when the text is not of this setting's kind at all.
    func value(fromText text: String) -> SettingValue? {
        switch kind {
        case .integer: Int(text).map(SettingValue.integer)
        case .number: Double(text).flatMap { $0.isFinite ? .number($0) : nil }
        case .flag:
            switch text.lowercased() {
            case "1", "true", "yes", "on": .flag(true)
            case "0", "false", "no", "off": .flag(false)
            default: nil
            }
        case .choice, .url, .path, .symbols, .name: .text(text)
        }
    }

    /// Why a value is not taken.
    enum Refusal: Error, Equatable {
        /// Another kind of value.
        case kind
        /// Right kind, not allowed.
        case range
        /// No such word; the nearest one, when there is one.
        case word(String?)
        /// An address with this fault.
        case address(String)
    }

    /// What is wrong and what is allowed, without the value used instead; `name` is the key or the option.
    func sentence(_ refusal: Refusal, name: String, shown: String) -> String {
        switch refusal {
        case .kind: "\(name) = \(shown): must be \(fallback.kindName); \(allowed)"
        case .range, .word(nil): "\(name) = \(shown): \(allowed)"
        case .word(let near?): "\(name) = \(shown): \(allowed); did you mean \"\(near)\"?"
        case .address(let fault): "\(name): \(fault); \(allowed)"
        }
    }

    private static func checkedSymbols(_ list: String, _ max: Int) -> Result<SettingValue, Refusal> {
        guard let symbols = SymbolWords.read(list), symbols.count <= max else { return .failure(.range) }
        return .success(.text(list))
    }

    /// The longest address, in bytes.
    private static let addressBytesMax = 2000

    /// Names and passwords are refused in an address because addresses are shown and logged.
    private static func checkedAddress(_ address: String, _ schemes: [String]) -> Result<SettingValue, Refusal> {
        guard address.utf8.count <= addressBytesMax, address.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return .failure(.address("the address is too long or has characters that no address may have"))
        }
        let lower = address.lowercased()
        guard let scheme = schemes.first(where: { lower.hasPrefix($0 + "://") }) else {
            return .failure(.address("the address starts with another scheme"))
        }
        let rest = address.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.contains("@") {
            return .failure(
                .address("an address must not hold a name or password: give the key by environment or file")
            )
        }
        if rest.contains("?") || rest.contains("#") {
            return .failure(.address("the address must end with the host or a path, without ? and #"))
        }
        let port = authority.lastIndex(of: ":").map { authority[authority.index(after: $0)...] }
        let host = port.map { authority.dropLast($0.count + 1) } ?? authority
        let bracketed = authority.hasPrefix("[")
        guard !host.isEmpty, bracketed || port.map({ UInt16($0) != nil }) ?? true else {
            return .failure(.address("the address has no host or no usable port"))
        }
        return .success(.text(address))
    }
}

extension Unicode.Scalar {
    /// C0, DEL and C1: what could steer a terminal.
    var isControl: Bool { value < 0x20 || (0x7F..<0xA0).contains(value) }
}

/// A list of symbols in a setting.
enum SymbolWords {
    /// The symbols of a text with commas or spaces between them, each once; nil when one is no plausible symbol.
    static func read(_ text: String) -> [Symbol]? {
        var seen: Set<Symbol> = []
        var symbols: [Symbol] = []
        for word in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let symbol = Symbol(word) else { return nil }
            if seen.insert(symbol).inserted { symbols.append(symbol) }
        }
        return symbols
    }
}
