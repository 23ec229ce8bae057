/// What answers behind a socket.
package struct GatewayOrigin: Hashable, Sendable {
    /// Where the data comes from: `live` or `demo`.
    package var name: String
    /// The program's version.
    package var version: String

    /// An origin.
    package init(name: String, version: String) {
        self.name = name
        self.version = version
    }
}

/// Why a gateway does not serve.
package enum GatewayError: Error, Hashable, CustomStringConvertible {
    /// The path does not fit into a socket's address.
    case pathTooLong(bytes: Int)
    /// The path is empty, names no folder or has a zero byte.
    case badPath
    /// The folder is not safe or cannot be made; the words say what is wrong.
    case folder(path: String, words: String)
    /// Something that is no socket stands in the way.
    case notASocket(path: String)
    /// Somebody answers there already.
    case inUse(path: String)
    /// `start` was called twice.
    case isRunning
    /// The system refuses; the words are its own.
    case system(doing: String, words: String)

    /// A sentence for the person who started it.
    package var description: String {
        switch self {
        case .pathTooLong(let bytes):
            "The engine's socket cannot have a path of \(bytes) bytes: at most \(GatewaySocket.pathBytesMax); choose a "
                + "shorter folder (XDG_RUNTIME_DIR)."
        case .badPath: "The engine's socket needs the path of a file in a folder."
        case .folder(let path, let words): "The engine's socket cannot stand in \(path): \(words)."
        case .notASocket(let path): "\(path) is no socket of this program; move it away."
        case .inUse(let path): "Another engine answers at \(path) already; it goes on, this one has no socket."
        case .isRunning: "The engine's socket is served already; stop it before starting it again."
        case .system(let doing, let words): "The engine's socket: cannot \(doing): \(words)."
        }
    }
}
