import Glibc

/// Makes and removes the socket's file; everything here blocks, for moments.
struct GatewaySocket {
    /// Longest path, in bytes: an address holds 107, and one should be able to see that it fits.
    static let pathBytesMax = 100

    /// The listening socket.
    let descriptor: Int32
    private let path: String
    /// Which file it is: whoever removes it must not remove another's.
    private let device: dev_t
    private let inode: ino_t

    /// A listening socket at a path, readable and writable by its owner only, in a folder of which the same is true.
    ///
    /// Makes the folder (0700) where it is missing and takes the place of a socket at which nobody answers. Throws
    /// ``GatewayError``.
    init(path: String) throws(GatewayError) {
        let bytes = path.utf8.count
        guard bytes <= Self.pathBytesMax else { throw .pathTooLong(bytes: bytes) }
        guard let slash = path.lastIndex(of: "/"), path.last != "/", !path.utf8.contains(0) else { throw .badPath }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        try Self.makeFolder(folder)
        // Two engines that start at once must not remove each other's socket: the folder is locked until ours listens.
        let lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw Self.failure("open \(folder)") }
        defer { close(lock) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { throw .inUse(path: path) }
        try Self.removeStale(path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure("make a socket") }
        var status = stat()
        guard Self.call(path, bind, descriptor) == 0, chmod(path, 0o600) == 0, lstat(path, &status) == 0,
            listen(descriptor, 64) == 0
        else {
            let failure = Self.failure("listen at \(path)")
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }

    /// Removes the file if it is still ours.
    func remove() {
        var status = stat()
        if lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode { unlink(path) }
    }

    private static func failure(_ doing: String) -> GatewayError {
        .system(doing: doing, words: String(cString: strerror(errno)))
    }

    /// Makes a folder and those above it, and refuses one in which others could put a socket of theirs.
    private static func makeFolder(_ folder: String) throws(GatewayError) {
        var status = stat()
        if stat(folder, &status) != 0 {
            guard errno == ENOENT else { throw failure("look at \(folder)") }
            if let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
                let above = String(folder[..<slash])
                if stat(above, &status) != 0 { try makeFolder(above) }
            }
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw failure("make \(folder)") }
            guard stat(folder, &status) == 0 else { throw failure("look at \(folder)") }
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .folder(path: folder, words: "it is no folder") }
        guard status.st_uid == geteuid() else {
            throw .folder(path: folder, words: "it belongs to somebody else (user \(status.st_uid))")
        }
        guard status.st_mode & 0o022 == 0 else {
            throw .folder(path: folder, words: "others may write in it; chmod 700 it or choose another one")
        }
    }

    /// Removes a socket at which nobody answers.
    private static func removeStale(_ path: String) throws(GatewayError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure("look at \(path)") }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard probe >= 0 else { throw failure("make a socket") }
        defer { close(probe) }
        // Only a refusal means that nobody listens: a full queue (EAGAIN) is somebody busy.
        if call(path, connect, probe) != 0, errno == ECONNREFUSED {
            guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove \(path)") }
            return
        }
        throw .inUse(path: path)
    }

    /// Calls `bind` or `connect` with the address of a path, which fits (checked before).
    private static func call(
        _ path: String,
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32,
        _ descriptor: Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
