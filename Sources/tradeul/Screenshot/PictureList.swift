import MarketTime

/// The list of pictures that stand in README and the docs: one a line, in one place.
///
/// `NAME SIZE THEME [OPTION=VALUE …] [keys: SCRIPT]`; `#` begins a comment at the beginning of a line. Options are `at`,
/// `date`, `seed`, `symbols`, `depth`, `set` (as `set=screen.flash:false`) and the word `ascii`.
enum PictureList {
    /// Largest list that is read, bytes.
    static let bytesMax = 1 << 18

    /// The pictures of a list.
    ///
    /// - Throws: ``Failure`` with status 64, which names the line.
    static func read(_ text: String, path: String) throws(Failure) -> [PictureSpec] {
        var specs: [PictureSpec] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            guard let first = trimmed.first, first != "#" else { continue }
            do throws(LineFault) {
                let spec = try Self.spec(String(trimmed))
                guard !specs.contains(where: { $0.name == spec.name }) else {
                    throw LineFault(words: "there is a picture \(spec.name) already")
                }
                specs.append(spec)
            } catch {
                throw Failure(status: .usage, sentence: "\(path):\(index + 1): \(error.words)")
            }
        }
        return specs
    }

    /// What is wrong with a line.
    private struct LineFault: Error {
        let words: String
    }

    private static func spec(_ line: String) throws(LineFault) -> PictureSpec {
        let (head, script) = parts(of: line)
        let words = head.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        guard words.count >= 3 else { throw LineFault(words: "a name, a size and a theme are wanted") }
        var spec = PictureSpec()
        guard PictureSpec.isName(words[0]) else {
            throw LineFault(words: "\(shown(words[0])) is no name: lower-case letters, digits and - only")
        }
        spec.name = words[0]
        guard let size = PictureSpec.size(fromText: words[1]) else {
            throw LineFault(words: "\(shown(words[1])) is no size such as 160x48, from 20x6 to 500x200")
        }
        spec.size = size
        spec.theme = words[2]
        var (date, time) = ("", PictureSpec.usualTime)
        for option in words.dropFirst(3) {
            let sides = option.split(separator: "=", maxSplits: 1).map(String.init)
            let value = sides.count > 1 ? sides[1] : ""
            switch sides.first {
            case "at": time = value
            case "date": date = value
            default: try apply(sides.first ?? "", value, to: &spec)
            }
        }
        guard let moment = SimulatorPlan.start(fromText: date.isEmpty ? time : "\(date)T\(time)") else {
            throw LineFault(
                words: "\(shown(date + " " + time)) is no New York time such as date=2026-10-06 at=10:31:00"
            )
        }
        spec.moment = moment
        do throws(KeyScript.Fault) {
            spec.keys = try KeyScript(script)
        } catch {
            throw LineFault(words: error.sentence)
        }
        return spec
    }

    private static func apply(_ name: String, _ value: String, to spec: inout PictureSpec) throws(LineFault) {
        switch name {
        case "ascii" where value.isEmpty: spec.isASCII = true
        case "depth":
            guard let depth = PictureSpec.depth(fromText: value) else {
                throw LineFault(words: "depth=\(shown(value)): 256, 16 or mono")
            }
            spec.depth = depth
        case "seed":
            guard let seed = UInt64(value) else { throw LineFault(words: "seed=\(shown(value)): a whole number") }
            spec.seed = seed
        case "symbols":
            guard let count = Int(value), SimulatorPlan.tickerCounts.contains(count) else {
                throw LineFault(words: "symbols=\(shown(value)): 1 to 50000")
            }
            spec.symbols = count
        case "set":
            do {
                spec.settings += try SettingOverride.assignment(value, separator: ":")
            } catch {
                throw LineFault(words: "set=\(shown(value)): \(error.sentence)")
            }
        default: throw LineFault(words: "\(shown(name)): there are at, date, seed, symbols, depth, set and ascii")
        }
    }

    /// A line without its script, and the script; blanks around it do not belong to it.
    private static func parts(of line: String) -> (head: String, script: String) {
        let mark = "keys:"
        let scalars = Array(line.unicodeScalars)
        let wanted = Array(mark.unicodeScalars)
        guard
            let start = scalars.indices.first(where: { index in
                scalars[index...].starts(with: wanted) && (index == 0 || scalars[index - 1] == " ")
            })
        else { return (line, "") }
        func text(_ part: ArraySlice<Unicode.Scalar>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: part)
            return String(view)
        }
        var script = scalars[(start + wanted.count)...].drop { $0 == " " || $0 == "\t" }
        while let last = script.last, last == " " || last == "\t" || last == "\r" { script.removeLast() }
        return (text(scalars[..<start]), text(script))
    }

    private static func shown(_ text: String) -> String { Console.printable(String(text.prefix(40))) }
}

extension SettingOverride {
    /// A setting that was not understood.
    struct Refused: Error {
        /// What is wrong, as a sentence's end.
        let sentence: String
    }

    /// The checked setting of an assignment `name=value`.
    static func assignment(_ text: String, separator: Character = "=") throws(Refused) -> [Self] {
        let sides = text.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2 else { throw Refused(sentence: "a setting is NAME\(separator)VALUE") }
        guard let spec = SettingRegistry.spec(sides[0]) else {
            let name = Console.printable(String(sides[0].prefix(40)))
            throw Refused(sentence: "there is no setting \(name); tradeul config lists all")
        }
        switch spec.value(fromText: sides[1]).map(spec.accepted) ?? .failure(.kind) {
        case .success(let value): return [Self(key: spec.key, value: value)]
        case .failure(let refusal):
            let shown = JSONText.quoted(String(sides[1].prefix(80)))
            throw Refused(sentence: spec.sentence(refusal, name: spec.key, shown: shown))
        }
    }
}
