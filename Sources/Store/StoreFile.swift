import EngineAPI
import Glibc

/// The history file as the file system sees it, before SQLite touches it.
enum StoreFile {
    /// What stands at a path.
    enum Finding: Equatable {
        /// Nothing, or an empty file: a new store may be made here.
        case empty
        /// A SQLite file.
        case database
    }

    /// The first bytes of every SQLite file.
    private static let magic = Array("SQLite format 3\0".utf8)

    /// Looks at a path without changing anything.
    ///
    /// - Throws: ``StoreError`` when there is something that is not a SQLite file.
    static func inspect(_ path: String) throws -> Finding {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return .empty }
            throw StoreError.cannotOpen(path: path, reason: words(errno))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError.cannotOpen(path: path, reason: "it is not a file")
        }
        guard status.st_size > 0 else { return .empty }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw StoreError.cannotOpen(path: path, reason: words(errno)) }
        defer { _ = close(file) }
        var head = [UInt8](repeating: 0, count: magic.count)
        let count = read(file, &head, head.count)
        guard count == magic.count, head == magic else {
            throw StoreError.corrupt(path: path, reason: "it is not a SQLite database")
        }
        return .database
    }

    /// Makes the missing folders above a path (0700) and an empty file (0600) unless one is there.
    ///
    /// - Throws: ``StoreError``.
    static func create(_ path: String) throws {
        var end = path.startIndex
        while let slash = path[end...].firstIndex(of: "/") {
            end = path.index(after: slash)
            let folder = String(path[..<slash])
            if !folder.isEmpty, mkdir(folder, 0o700) != 0, errno != EEXIST {
                throw StoreError.cannotOpen(path: path, reason: "folder \(folder): \(words(errno))")
            }
        }
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StoreError.cannotOpen(path: path, reason: words(errno)) }
        _ = close(file)
    }

    /// Whether the file may be written: a file without any write bit is left alone even by the superuser.
    static func isWritable(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return status.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH) != 0 && access(path, W_OK) == 0
    }

    private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}
