import Network

/// What is said to the vendor: one JSON object a frame.
enum StreamCommand: String {
    /// The login; its parameter is the key.
    case authenticate = "auth"
    /// Parameters are pairs with commas between them.
    case subscribe
    /// As for ``subscribe``.
    case unsubscribe

    /// Bytes of a frame besides its parameters.
    var overheadBytes: Int { text("").utf8.count }

    /// The frame; `parameters` must not need escaping.
    func text(_ parameters: String) -> String { "{\"action\":\"\(rawValue)\",\"params\":\"\(parameters)\"}" }

    /// The login; without a key the parameter is empty.
    static func login(_ key: Secret?) -> String {
        authenticate.text(key?.revealed.escapedForJSON ?? "")
    }
}

extension String {
    /// The text between the quotes of a JSON string.
    fileprivate var escapedForJSON: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
