import Glibc

@testable import tradeul

/// A folder of its own for one test, gone afterwards.
final class Scratch {
    let path: String

    init() throws {
        var template = Array("/tmp/tradeul-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(status: .no, sentence: SystemError.words()) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// A path inside.
    subscript(_ name: String) -> String { path + "/" + name }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String, mode: UInt32 = 0o600) throws -> String {
        let path = self[name]
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw Failure(status: .no, sentence: SystemError.words()) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fchmod(descriptor, mode) == 0 else {
            throw Failure(status: .no, sentence: SystemError.words())
        }
        return path
    }

    /// A file's text; nil when it is not there.
    func text(_ name: String) -> String? {
        guard let content = try? SmallFile.read(self[name], limit: 1 << 24) else { return nil }
        return String(decoding: content.bytes, as: UTF8.self)
    }

    /// Names inside, sorted.
    var names: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func remove(_ path: String) {
        guard let folder = opendir(path) else { return }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafePointer(to: entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
            )
        }
        closedir(folder)
        for name in names where name != "." && name != ".." {
            let inner = path + "/" + name
            if unlink(inner) != 0 { remove(inner) }
        }
        rmdir(path)
    }
}

extension SmallFile.Content {
    /// A file's content made by hand, owned by user 1000.
    init(_ text: String, mode: UInt32 = 0o600, owner: UInt32 = 1000) {
        self.init(bytes: Array(text.utf8), mode: mode, owner: owner)
    }
}
