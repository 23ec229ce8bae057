import TerminalGrid

extension KeyDecoder {
    /// The key of `ESC O x`: cursor keys in application mode, F1…F4, the keypad's Enter.
    static func singleShift(_ final: UInt8) -> Key? {
        switch final {
        case 0x4D: .enter
        case 0x50...0x53: .function(Int(final) - 0x4F)
        default: cursorKey(final)
        }
    }

    /// The key of `ESC [ parameters x` as xterm, tmux, the Linux console, rxvt and others send it.
    static func controlSequence(_ body: ArraySlice<UInt8>, final: UInt8) -> Key? {
        guard let parameters = numbers(body) else { return nil }
        // The second parameter is 1 + a sum of shift 1, alt 2, control 4.
        let isControl = parameters.count > 1 && parameters[1] > 0 && (parameters[1] - 1) & 4 != 0
        switch final {
        case 0x43 where isControl: return .controlRight
        case 0x44 where isControl: return .controlLeft
        case 0x5A: return .backTab
        case 0x50...0x53: return .function(Int(final) - 0x4F)
        case 0x7E: return tildeKey(parameters.first ?? 0)
        default: return cursorKey(final)
        }
    }

    /// What a mouse report means: the left button going down, or the wheel; all else is nothing.
    ///
    /// - Parameters:
    ///   - report: Button, column and row, the latter from 1; any numbers.
    ///   - isPress: False for a button that was let go.
    static func mouse(_ report: [Int], isPress: Bool) -> Key? {
        guard isPress, report.count == 3 else { return nil }
        let (column, row) = (report[1], report[2])
        guard (1...Grid.sideMax).contains(column), (1...Grid.sideMax).contains(row) else { return nil }
        let kind: MouseEvent.Kind
        // 4, 8 and 16 are shift, alt and control, 32 is a movement, 64 the wheel.
        switch report[0] & ~(4 | 8 | 16) {
        case 0: kind = .press
        case 64: kind = .wheelUp
        case 65: kind = .wheelDown
        default: return nil
        }
        return .mouse(MouseEvent(kind, at: Position(column: column - 1, row: row - 1)))
    }

    /// The keys a terminal's description names, by what it sends for them.
    ///
    /// - Parameter capability: Looks a terminfo string up; nil when the terminal has none.
    static func sequences(of capability: (String) -> [UInt8]?) -> [[UInt8]: Key] {
        var named: [(String, Key)] = [
            ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home), ("kend", .end),
            ("kpp", .pageUp), ("knp", .pageDown), ("kich1", .insert), ("kdch1", .delete), ("kcbt", .backTab),
            ("kent", .enter), ("kbs", .backspace), ("kLFT5", .controlLeft), ("kRIT5", .controlRight),
        ]
        for number in 1...24 { named.append(("kf\(number)", .function(number))) }
        var found: [[UInt8]: Key] = [:]
        for (name, key) in named {
            guard let bytes = capability(name), bytes.count > 1, bytes.count <= sequenceBytesMax else { continue }
            if bytes[0] == 0x1B, found[bytes] == nil { found[bytes] = key }
        }
        return found
    }

    private static func cursorKey(_ final: UInt8) -> Key? {
        switch final {
        case 0x41: .up
        case 0x42: .down
        case 0x43: .right
        case 0x44: .left
        case 0x46: .end
        case 0x48: .home
        default: nil
        }
    }

    private static func tildeKey(_ number: Int) -> Key? {
        switch number {
        case 1, 7: .home
        case 2: .insert
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        case 11...15: .function(number - 10)
        case 17...21: .function(number - 11)
        case 23, 24: .function(number - 12)
        case 25, 26: .function(number - 12)
        case 28, 29: .function(number - 13)
        case 31...34: .function(number - 14)
        default: nil
        }
    }

    /// Numbers between semicolons; nil for anything else (private sequences, replies nobody asked for).
    static func numbers(_ body: ArraySlice<UInt8>) -> [Int]? {
        var numbers: [Int] = []
        for part in body.split(separator: 0x3B, omittingEmptySubsequences: false) {
            guard part.count <= 6 else { return nil }
            var number = 0
            for digit in part {
                guard digit >= 0x30, digit <= 0x39 else { return nil }
                number = number * 10 + Int(digit) - 0x30
            }
            numbers.append(number)
        }
        return numbers
    }
}
