import Glibc

/// Reads small files whole, and only ordinary ones: a pipe or a device as a settings file must not hang the start.
enum SmallFile {
    /// A file's bytes and who may touch it.
    struct Content {
        var bytes: [UInt8]
        /// Permission bits, without the file's type.
        var mode: UInt32
        /// User id of the owner.
        var owner: UInt32
    }

    /// Why it was not read.
    enum Fault: Error, Equatable {
        /// There is no such file.
        case absent
        /// It is a folder, a pipe, a device.
        case notAFile
        /// It has more than this many bytes.
        case tooLarge(Int)
        /// The system's words.
        case system(String)

        /// The fault as part of a sentence.
        var words: String {
            switch self {
            case .absent: "there is no such file"
            case .notAFile: "it is not an ordinary file"
            case .tooLarge(let limit): "it is larger than \(limit) bytes"
            case .system(let words): words
            }
        }
    }

    /// Reads the file; at most `limit` bytes.
    static func read(_ path: String, limit: Int) throws(Fault) -> Content {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw fault() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw fault() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard status.st_size <= limit else { throw .tooLarge(limit) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fault() }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw .tooLarge(limit) }
        }
        return Content(bytes: bytes, mode: status.st_mode & 0o7777, owner: status.st_uid)
    }

    private static func fault() -> Fault {
        let code = errno
        return code == ENOENT || code == ENOTDIR ? .absent : .system(SystemError.words(code))
    }
}

/// What the operating system says.
enum SystemError {
    /// The words for an error number, `errno` by default.
    static func words(_ code: Int32 = errno) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        // Of the two strerror_r, Swift imports the one that always fills the buffer.
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
