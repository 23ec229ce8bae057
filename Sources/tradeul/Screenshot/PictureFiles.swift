import Glibc

/// Pictures on the disk.
enum PictureFiles {
    /// Largest picture that is read for a comparison, bytes.
    static let bytesMax = 8 << 20

    /// Writes a text so that a reader sees the old file or the new one; folders are made.
    ///
    /// - Throws: ``Failure`` with status 74.
    static func write(_ text: String, to path: String) throws(Failure) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        guard folder.isEmpty || Folders.make(folder) else { throw failure(path) }
        let partial = "\(path).\(getpid()).new"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        var bytes = Array(text.utf8)[...]
        var fault: Int32 = 0
        while !bytes.isEmpty, fault == 0 {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { bytes = bytes.dropFirst(count) } else if errno != EINTR { fault = errno }
        }
        close(descriptor)
        if fault == 0, rename(partial, path) == 0 { return }
        let reason = fault == 0 ? errno : fault
        unlink(partial)
        throw failure(path, reason)
    }

    /// How a stored picture differs from what it should be, as words; nil when it does not.
    static func difference(_ path: String, from text: String) -> String? {
        do {
            let stored = try SmallFile.read(path, limit: bytesMax).bytes
            return stored == Array(text.utf8) ? nil : "differs"
        } catch .absent {
            return "is missing"
        } catch {
            return error.words
        }
    }

    /// The list of pictures.
    ///
    /// - Throws: ``Failure`` with status 74 when it cannot be read, 64 when it is not understood.
    static func list(_ path: String) throws(Failure) -> [PictureSpec] {
        let bytes: [UInt8]
        do {
            bytes = try SmallFile.read(path, limit: PictureList.bytesMax).bytes
        } catch {
            throw Failure(status: .store, sentence: "the list \(path) cannot be read: \(error.words)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(status: .usage, sentence: "the list \(path) is not UTF-8 text")
        }
        return try PictureList.read(text, path: path)
    }

    private static func failure(_ path: String, _ code: Int32 = errno) -> Failure {
        Failure(
            status: .store,
            sentence: "\(path) cannot be written (\(SystemError.words(code))): check the folder and its permissions"
        )
    }
}
