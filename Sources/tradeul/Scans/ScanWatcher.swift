import EngineAPI
import Glibc
import MarketData
import Network
import Synchronization

/// Reads the trader's lists at the start and again whenever a file has changed.
///
/// A thread looks at the files' times once a second, which works on every file system, over a network too. What is wrong
/// with a file is told once per change; the lists in order stay in force.
final class ScanWatcher: Sendable {
    /// What has been read.
    struct Reading: Sendable {
        var shelf: ScanShelf
        var symbolLists: [SymbolList]
        /// The list that is followed trade by trade.
        var followed: [Symbol]
        /// What is wrong, with its place.
        var problems: [SettingProblem]
    }

    /// Real milliseconds between two looks.
    private static let pauseMs = 1000

    private let paths: Paths
    private let onChange: @Sendable (Reading) -> Void
    private let stopping = WakeDescriptorBox()
    private let thread = Mutex<PlainThread?>(nil)

    /// A watcher that has not read yet.
    init(_ paths: Paths, onChange: @escaping @Sendable (Reading) -> Void) {
        self.paths = paths
        self.onChange = onChange
    }

    /// Reads everything once.
    static func read(_ paths: Paths) -> Reading {
        let shelf = ScanShelf.read(paths.scansFile)
        let (lists, problems) = WatchlistFolder(path: paths.watchlistsFolder).read()
        return Reading(
            shelf: shelf,
            symbolLists: lists.map(\.symbolList),
            followed: lists.first { $0.name == Watchlist.usualName }?.entries.map(\.symbol) ?? [],
            problems: shelf.problems + problems
        )
    }

    /// Reads, and goes on watching on a thread of its own.
    func start() {
        onChange(Self.read(paths))
        let before = FileSigns(paths)
        let started = PlainThread { [self] in
            var known = before
            while !stopping.wait(milliseconds: Self.pauseMs) {
                let signs = FileSigns(paths)
                guard signs != known else { continue }
                known = signs
                onChange(Self.read(paths))
            }
        }
        thread.withLock { $0 = started }
    }

    /// Ends the watching.
    func stop() {
        stopping.signal()
        let running = thread.withLock { $0 }
        _ = running?.join(milliseconds: Self.pauseMs)
    }
}

/// What tells that files have changed: their times, sizes and places on the disk.
private struct FileSigns: Equatable {
    private struct Sign: Equatable {
        var seconds: Int
        var nanoseconds: Int
        var size: Int
        var node: UInt
    }

    private var signs: [String: Sign] = [:]

    init(_ paths: Paths) {
        if let file = paths.scansFile { note(file) }
        guard let folder = paths.watchlistsFolder else { return }
        note(folder)
        for name in WatchlistFolder.names(in: folder).prefix(WatchlistFolder.listsMax) {
            note(Paths.join(folder, name + ".txt"))
        }
    }

    private mutating func note(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        signs[path] = Sign(
            seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec,
            size: status.st_size,
            node: status.st_ino
        )
    }
}

/// A wait that another thread can end.
private final class WakeDescriptorBox: Sendable {
    private let descriptor: WakeDescriptor?

    init() {
        // Without a descriptor nothing is watched: the files are read once.
        descriptor = try? WakeDescriptor()
    }

    /// True when it was ended, or cannot be.
    func wait(milliseconds: Int) -> Bool {
        guard let descriptor else { return true }
        var poll = pollfd(fd: descriptor.descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, Int32(milliseconds)) != 0
    }

    func signal() { descriptor?.signal() }
}
