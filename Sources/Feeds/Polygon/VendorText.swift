/// Text from outside, made fit for a line on the screen or in the log.
package enum VendorText {
    /// The longest text that is passed on, in characters.
    package static let lengthMax = 160

    /// One line without control characters, escape sequences' introducers or marks that turn the writing direction.
    package static func clean(_ text: String) -> String {
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
}
