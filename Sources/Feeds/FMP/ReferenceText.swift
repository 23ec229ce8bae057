/// A vendor's names and words about a company, made fit to be shown and compared.
enum ReferenceText {
    /// The longest name, in characters.
    static let nameMax = 120
    /// The longest sector or industry, in characters.
    static let wordMax = 60

    /// One line without control characters, escape sequences' introducers and marks that turn the writing direction; nil
    /// when nothing is left.
    static func line(_ text: String, lengthMax: Int = nameMax) -> String? {
        // The Arabic letter mark turns the direction as well, and is far from its kin.
        let scalars = text.unicodeScalars.filter { $0 != "\u{061C}" }
        let clean = VendorText.clean(String(String.UnicodeScalarView(scalars)), lengthMax: lengthMax)
        let words = clean.split(separator: " ").joined(separator: " ")
        return words.isEmpty ? nil : words
    }

    /// A code of ASCII letters and digits (`XNAS`, `CS`); nil for anything else.
    static func code(_ text: String, lengthMax: Int) -> String? {
        let isCode = text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) }
        return isCode && (1...lengthMax).contains(text.utf8.count) ? text : nil
    }
}
