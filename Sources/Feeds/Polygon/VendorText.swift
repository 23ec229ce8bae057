package import Network

/// Text from outside, made fit for a line on the screen or in the log.
package enum VendorText {
    /// The longest text that is passed on, in characters.
    package static let lengthMax = 160

    /// One line of at most `lengthMax` characters, without control characters, escape sequences' introducers or marks that
    /// turn the writing direction.
    package static func clean(_ text: String, lengthMax: Int = lengthMax) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(lengthMax * 4) {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: scalars.append(" ")
            case 0x00..<0x20, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: continue
            default: scalars.append(scalar)
            }
        }
        let line = String(scalars)
        return line.count <= lengthMax ? line : line.prefix(lengthMax - 1) + "…"
    }

    /// The text with `***` for every key in it: a server may write what it was sent into its answer.
    ///
    /// A key that the text's end has cut off goes too. Less than ``keyPartMin`` characters are no secret: they may be in any
    /// word.
    package static func without(_ key: Secret?, in text: String) -> String {
        guard let key = key?.revealed, key.count >= keyPartMin else { return text }
        let clean = text.replacing(key, with: "***")
        let end = clean.hasSuffix("…") ? clean.dropLast() : clean[...]
        for length in stride(from: key.count - 1, through: keyPartMin, by: -1) where end.hasSuffix(key.prefix(length)) {
            return end.dropLast(length) + "***…"
        }
        return clean
    }

    /// The shortest key, and the shortest beginning of one, that is taken for a secret.
    package static let keyPartMin = 4
}
