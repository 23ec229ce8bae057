import EngineAPI

/// The lists in force: the trader's own and the shipped ones, and where they come from.
struct ScanShelf: Equatable, Sendable {
    /// Everything the engine scans for: own lists first, in their file's order, then the shipped ones.
    var book = ScanBook()
    /// What is wrong with the trader's file.
    var problems: [SettingProblem] = []

    /// The largest file that is read, bytes.
    static let fileBytesMax = 1 << 20

    /// The shipped lists alone.
    static let shipped: ScanFile = {
        let text = String(decoding: PackageResources.lists_toml, as: UTF8.self)
        return ScanFile.read(text, path: "lists.toml", origin: .shipped)
    }()

    /// Puts the trader's lists before the shipped ones; one of the same name replaces the shipped one.
    init(own: ScanFile = ScanFile()) {
        let names = Set(own.lists.map(\.name)).union(own.hidden)
        book.lists = own.lists + Self.shipped.lists.filter { !names.contains($0.name) }
        book.presets = Self.shipped.presets.merging(own.presets) { _, mine in mine }
        problems = own.problems
        if book.lists.count > ScanBook.listsMax {
            problems.append(
                SettingProblem(
                    severity: .error,
                    place: .nowhere,
                    message: "more than \(ScanBook.listsMax) lists: the last ones are left out"
                )
            )
            book.lists.removeLast(book.lists.count - ScanBook.listsMax)
        }
    }

    /// Reads the trader's file; one that is not there is no problem.
    static func read(_ path: String?) -> Self {
        guard let path else { return Self() }
        do {
            let content = try SmallFile.read(path, limit: fileBytesMax)
            guard let text = String(validating: content.bytes, as: UTF8.self) else {
                return unreadable(path, "it is not UTF-8 text")
            }
            return Self(own: ScanFile.read(text, path: path, origin: .own))
        } catch SmallFile.Fault.absent {
            return Self()
        } catch {
            return unreadable(path, error.words)
        }
    }

    private static func unreadable(_ path: String, _ reason: String) -> Self {
        var shelf = Self()
        shelf.problems = [
            SettingProblem(
                severity: .error,
                place: .wholeFile(path: path),
                message: "cannot be read: \(reason); the shipped lists are used"
            )
        ]
        return shelf
    }
}
