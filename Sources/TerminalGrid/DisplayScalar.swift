/// What a Unicode scalar becomes on the screen: the last line of defence against hostile text.
///
/// Names, headlines and tickers come from outside. Whatever they hold, a cell only ever holds a printable scalar:
///
/// - tab, line feed, the other white-space controls and the Unicode line separators become a space;
/// - every other control (C0, DEL, C1: escape sequences start with these), surrogates, non-characters, private-use and
///   unassigned scalars become U+FFFD, one column wide, so that an attempt stays visible and cannot steer the terminal;
/// - what has no width of its own (combining marks, bidirectional overrides and isolates, zero-width joiners and
///   spaces, variation selectors, soft hyphen, byte order mark, tags) becomes nothing: it would reorder or overdraw
///   neighbouring cells. Text in canonical composition loses nothing a trader reads.
///
/// Widths follow East Asian Width (Unicode 14): wide and full-width scalars take two columns, ambiguous ones one.
package struct DisplayScalar: Hashable, Sendable {
    /// Scalar value to show, meaningless when `width` is 0.
    package let scalar: UInt32
    /// Columns taken: 0 (shows nothing), 1 or 2.
    package let width: UInt8

    /// Decides what a scalar becomes.
    ///
    /// Cost: a comparison for ASCII, a table look-up for the rest.
    package init(_ scalar: UInt32) {
        if scalar >= 0x20, scalar < 0x7F {
            self.init(scalar: scalar, width: 1)
        } else if scalar < 0x300 {
            self = Self.latin(scalar)
        } else if scalar >= 0x2500, scalar < 0x25FD {
            self.init(scalar: scalar, width: 1)
        } else {
            self = Self.general(scalar)
        }
    }

    private init(scalar: UInt32, width: UInt8) {
        self.scalar = scalar
        self.width = width
    }

    /// Nothing at all.
    package static let nothing = DisplayScalar(scalar: 0, width: 0)
    /// A space.
    package static let space = DisplayScalar(scalar: 0x20, width: 1)
    /// U+FFFD in place of what must not be shown.
    package static let replacement = DisplayScalar(scalar: 0xFFFD, width: 1)

    /// Columns a text takes once every scalar went through this type.
    ///
    /// Cost: O(scalars), no allocation.
    package static func width(of text: String) -> Int {
        var columns = 0
        for scalar in text.unicodeScalars {
            columns += Int(DisplayScalar(scalar.value).width)
        }
        return columns
    }

    private static func latin(_ scalar: UInt32) -> DisplayScalar {
        switch scalar {
        case 0x09...0x0D, 0x85, 0xA0: .space
        case 0..<0x20, 0x7F..<0xA0: .replacement
        case 0xAD: .nothing
        default: DisplayScalar(scalar: scalar, width: 1)
        }
    }

    private static func general(_ scalar: UInt32) -> DisplayScalar {
        guard let known = Unicode.Scalar(scalar) else { return .replacement }
        switch known.properties.generalCategory {
        case .control, .surrogate, .privateUse, .unassigned: return .replacement
        case .nonspacingMark, .enclosingMark, .format: return .nothing
        case .lineSeparator, .paragraphSeparator, .spaceSeparator:
            return isWide(scalar) ? DisplayScalar(scalar: scalar, width: 2) : .space
        default: break
        }
        switch scalar {
        case 0x1160...0x11FF, 0xD7B0...0xD7FF, 0x3164, 0xFFA0: return .nothing
        default: return DisplayScalar(scalar: scalar, width: isWide(scalar) ? 2 : 1)
        }
    }

    private static func isWide(_ scalar: UInt32) -> Bool {
        guard scalar >= 0x1100 else { return false }
        var low = 0
        var high = wideRanges.count
        while low < high {
            let middle = (low + high) / 2
            if wideRanges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < wideRanges.count && wideRanges[low].contains(scalar)
    }

    /// Sorted; gaps of scalars not yet assigned are closed, since those never get this far.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0, 0x23F3...0x23F3,
        0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F, 0x2693...0x2693, 0x26A1...0x26A1,
        0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA,
        0x26F2...0x26F3, 0x26F5...0x26F5, 0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B,
        0x2728...0x2728, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
        0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55, 0x2E80...0x3029,
        0x302E...0x303E, 0x3041...0x3096, 0x309B...0x3163, 0x3165...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4C6,
        0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAD9, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x1_6FE0...0x1_6FE3, 0x1_6FF0...0x1_8D08, 0x1_AFF0...0x1_B2FB, 0x1_F004...0x1_F004,
        0x1_F0CF...0x1_F0CF, 0x1_F18E...0x1_F18E, 0x1_F191...0x1_F19A, 0x1_F200...0x1_F320, 0x1_F32D...0x1_F335,
        0x1_F337...0x1_F37C, 0x1_F37E...0x1_F393, 0x1_F3A0...0x1_F3CA, 0x1_F3CF...0x1_F3D3, 0x1_F3E0...0x1_F3F0,
        0x1_F3F4...0x1_F3F4, 0x1_F3F8...0x1_F43E, 0x1_F440...0x1_F440, 0x1_F442...0x1_F4FC, 0x1_F4FF...0x1_F53D,
        0x1_F54B...0x1_F54E, 0x1_F550...0x1_F567, 0x1_F57A...0x1_F57A, 0x1_F595...0x1_F596, 0x1_F5A4...0x1_F5A4,
        0x1_F5FB...0x1_F64F, 0x1_F680...0x1_F6C5, 0x1_F6CC...0x1_F6CC, 0x1_F6D0...0x1_F6D2, 0x1_F6D5...0x1_F6DF,
        0x1_F6EB...0x1_F6EC, 0x1_F6F4...0x1_F6FC, 0x1_F7E0...0x1_F7F0, 0x1_F90C...0x1_F93A, 0x1_F93C...0x1_F945,
        0x1_F947...0x1_F9FF, 0x1_FA70...0x1_FAF6, 0x2_0000...0x3_FFFD,
    ]
}
