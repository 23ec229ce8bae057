import EngineAPI
import Glibc
import MarketData

/// The folder of the trader's lists of symbols: a text file each, `NAME.txt`.
struct WatchlistFolder: Sendable {
    /// Lists that are read, at most.
    static let listsMax = 50
    /// The largest file that is read, bytes.
    static let fileBytesMax = 1 << 20

    /// The folder; nil when there is no place for it.
    let path: String?

    /// All lists by name, and what is wrong with any.
    func read() -> (lists: [Watchlist], problems: [SettingProblem]) {
        guard let path else { return ([], []) }
        var lists: [Watchlist] = []
        var problems: [SettingProblem] = []
        let names = Self.names(in: path)
        for name in names.prefix(Self.listsMax) {
            let file = Paths.join(path, name + ".txt")
            switch read(file) {
            case .success(let text):
                let list = Watchlist(name: name, text: text)
                problems += list.problems.map { problem in
                    SettingProblem(
                        severity: .warning,
                        place: .file(path: file, line: problem.line, column: 1),
                        message: problem.words
                    )
                }
                lists.append(list)
            case .failure(let fault): problems.append(fault.problem)
            }
        }
        if names.count > Self.listsMax {
            problems.append(
                SettingProblem(
                    severity: .warning,
                    place: .wholeFile(path: path),
                    message: "more than \(Self.listsMax) lists: the last ones by name are left out"
                )
            )
        }
        return (lists, problems)
    }

    /// A list's file as text; empty when there is none yet.
    ///
    /// - Throws: ``Failure`` with status 78 when it cannot be read: writing it anew would lose it.
    func text(named name: String) throws(Failure) -> (path: String, text: String) {
        guard let path else {
            throw Failure(status: .configuration, sentence: "HOME is not set, so lists have no place: set it")
        }
        let file = Paths.join(path, name + ".txt")
        switch read(file) {
        case .success(let text): return (file, text)
        case .failure(let fault): throw Failure(status: .configuration, sentence: fault.problem.line)
        }
    }

    private struct Unreadable: Error {
        let problem: SettingProblem
    }

    private func read(_ file: String) -> Result<String, Unreadable> {
        func fault(_ words: String) -> Unreadable {
            Unreadable(
                problem: SettingProblem(
                    severity: .error,
                    place: .wholeFile(path: file),
                    message: "cannot be read: \(words); the list is left out"
                )
            )
        }
        do {
            let content = try SmallFile.read(file, limit: Self.fileBytesMax)
            guard let text = String(validating: content.bytes, as: UTF8.self) else {
                return .failure(fault("it is not UTF-8 text"))
            }
            return .success(text)
        } catch SmallFile.Fault.absent {
            return .success("")
        } catch {
            return .failure(fault(error.words))
        }
    }

    /// Names of the lists in a folder, in order; files of other names are not lists.
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let file = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard file.hasSuffix(".txt") else { continue }
            let name = String(file.dropLast(4))
            if ScanDefinition.isName(name) { names.append(name) }
        }
        return names.sorted()
    }
}
