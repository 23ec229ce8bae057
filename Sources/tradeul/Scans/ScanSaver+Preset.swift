import EngineAPI

extension ScanSaver {
    /// Puts a filter under a name into the table of presets; only that one value changes.
    ///
    /// The table, and the file, are made where there are none. What comes out is read again before it is written: a file in
    /// which anything else would mean something else is left as it is.
    ///
    /// - Throws: ``Failure`` when the file cannot be read, changed or written, or the name is none.
    static func savePreset(name: String, text filter: String, to path: String?) throws(Failure) {
        guard let path else {
            throw Failure(status: .configuration, sentence: "HOME is not set, so presets have no place: set it")
        }
        guard ScanDefinition.isName(name) else {
            let shown = Console.printable(String(name.prefix(40)))
            throw Failure(
                status: .usage,
                sentence:
                    "\(shown) is no name for a preset: lower-case letters, digits, - and _, at most \(ScanDefinition.nameMax)"
            )
        }
        let old = try current(path)
        let new = PresetTable(old).text(setting: name, to: filter)
        let (before, after) = (read(old, path), read(new, path))
        var expected = before.presets
        expected[name] = filter
        guard after.presets == expected, after.lists == before.lists,
            after.problems.count <= before.problems.count
        else {
            throw Failure(
                status: .configuration,
                sentence: "\(path): [presets] is written in a way that cannot be changed safely; add \(name) by hand"
            )
        }
        try AtomicFile.write(new, to: path)
    }

    private static func read(_ text: String, _ path: String) -> ScanFile {
        ScanFile.read(text, path: path, origin: .own)
    }
}

/// The table of presets as it stands in a file.
struct PresetTable {
    private let sections: [ScanSections.Section]

    /// Cuts a text.
    init(_ text: String) { sections = ScanSections(text).sections }

    /// The file with one preset replaced or added; every other byte stays.
    func text(setting name: String, to filter: String) -> String {
        let value = JSONText.quoted(filter)
        let isPresets = { (section: ScanSections.Section) in
            section.name == ScanFile.presetsName && section.isWellFormed
        }
        guard let place = sections.firstIndex(where: isPresets) else {
            let whole = sections.map(\.text).joined()
            let gap =
                whole.isEmpty || whole.utf8.suffix(2).elementsEqual([10, 10])
                ? "" : whole.utf8.last == 10 ? "\n" : "\n\n"
            return whole + gap + "[\(ScanFile.presetsName)]\n\(name) = \(value)\n"
        }
        var texts = sections.map(\.text)
        texts[place] = Self.replaced(name, value, in: texts[place]) ?? Self.added(name, value, to: texts[place])
        return texts.joined()
    }

    /// The table with the value of a key replaced; nil when it has no such key.
    private static func replaced(_ name: String, _ value: String, in table: String) -> String? {
        var bytes = Array(table.utf8)
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
            if let old = self.value(of: name, in: bytes, line: start..<end) {
                bytes.replaceSubrange(old, with: Array(value.utf8))
                return String(decoding: bytes, as: UTF8.self)
            }
            start = self.value(of: nil, in: bytes, line: start..<end).map { max($0.upperBound, end) } ?? end
            // Behind a value of several lines its own line may go on.
            start = (bytes[min(start, bytes.count)...].firstIndex(of: 10) ?? bytes.count) + 1
        }
        return nil
    }

    /// The table with a key more, before the blank lines and comments at its end.
    private static func added(_ name: String, _ value: String, to table: String) -> String {
        let tail = ScanSections.tail(of: table)
        let body = table.utf8.dropLast(tail.utf8.count)
        let isWindows = table.unicodeScalars.contains("\r")
        let end = isWindows ? "\r\n" : "\n"
        let gap = body.last == 10 ? "" : end
        return String(decoding: Array(body), as: UTF8.self) + gap + "\(name) = \(value)" + end + tail
    }

    /// Where the value of a line's key stands, beyond the line where it is a text of several; nil for another key, and for
    /// a line without one.
    private static func value(of name: String?, in bytes: [UInt8], line: Range<Int>) -> Range<Int>? {
        let (quote, apostrophe) = (UInt8(ascii: "\""), UInt8(ascii: "'"))
        func skipBlanks(_ place: Int) -> Int {
            var place = place
            while place < line.upperBound, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
            return place
        }
        var place = skipBlanks(line.lowerBound)
        guard place < line.upperBound, bytes[place] != UInt8(ascii: "#"), bytes[place] != UInt8(ascii: "[") else {
            return nil
        }
        let opening = bytes[place] == quote || bytes[place] == apostrophe ? bytes[place] : nil
        if opening != nil { place += 1 }
        let first = place
        while place < line.upperBound,
            opening.map({ bytes[place] != $0 }) ?? ![0x20, 0x09, 0x3D].contains(bytes[place])
        {
            place += 1
        }
        let key = String(decoding: bytes[first..<place], as: UTF8.self).lowercased()
        if opening != nil { place += 1 }
        place = skipBlanks(min(place, line.upperBound))
        guard place < line.upperBound, bytes[place] == UInt8(ascii: "="), name == nil || key == name else { return nil }
        place = skipBlanks(place + 1)
        guard place < line.upperBound, bytes[place] == quote || bytes[place] == apostrophe else { return nil }
        return text(at: place, in: bytes)
    }

    /// The text that begins at a quotation mark, marks included; nil when it does not end.
    private static func text(at start: Int, in bytes: [UInt8]) -> Range<Int>? {
        let mark = bytes[start]
        let isLong = bytes[start...].prefix(3).elementsEqual([mark, mark, mark])
        let width = isLong ? 3 : 1
        var place = start + width
        while place < bytes.count {
            if bytes[place] == 0x5C, mark == UInt8(ascii: "\"") {
                place += 2
                continue
            }
            if !isLong, bytes[place] == 10 { return nil }
            if bytes[place...].prefix(width).elementsEqual(repeatElement(mark, count: width)) {
                var end = place + width
                // Up to two marks more belong to a long text that ends with them.
                while isLong, end < bytes.count, bytes[end] == mark, end - place < 5 { end += 1 }
                return start..<end
            }
            place += 1
        }
        return nil
    }
}
