import Glibc

/// Writes small files so that a reader sees the old text or the new one, and a full disk leaves the old one.
enum AtomicFile {
    /// Replaces a file; its folder is made when it is missing.
    ///
    /// A link is followed, so that it stays one.
    ///
    /// - Throws: ``Failure`` with status 78.
    static func write(_ text: String, to path: String, mode: UInt32 = 0o644) throws(Failure) {
        let target = resolved(path)
        let folder = String(target.prefix(upTo: target.lastIndex(of: "/") ?? target.startIndex))
        try makeFolder(folder, for: path)
        let partial = "\(target).\(getpid()).new"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(path) }
        var status = stat()
        // The mode a trader has chosen for the file stays.
        if stat(target, &status) == 0 { fchmod(descriptor, status.st_mode & 0o7777) }
        let isWritten = writeAll(text, to: descriptor) && fsync(descriptor) == 0
        let fault = errno
        close(descriptor)
        guard isWritten, rename(partial, target) == 0 else {
            let reason = isWritten ? errno : fault
            unlink(partial)
            throw failure(path, reason)
        }
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func makeFolder(_ folder: String, for path: String) throws(Failure) {
        var made = ""
        for part in folder.split(separator: "/") {
            made += "/\(part)"
            if mkdir(made, 0o700) != 0, errno != EEXIST { throw failure(path) }
        }
    }

    private static func writeAll(_ text: String, to descriptor: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    private static func failure(_ path: String, _ code: Int32 = errno) -> Failure {
        Failure(
            status: .configuration,
            sentence: "\(path) cannot be written (\(SystemError.words(code))): check the folder and its permissions"
        )
    }
}
