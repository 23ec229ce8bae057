import Network

/// A key and where it came from.
struct LoadedKey: Equatable, Sendable {
    /// The key; shows itself nowhere.
    let secret: Secret
    /// The variable's or the file's name.
    let origin: String
}

/// The keys that were found.
struct LoadedKeys: Equatable, Sendable {
    /// The vendor's key; nil when there is none that may be used.
    var vendor: LoadedKey?
    /// The key of Financial Modeling Prep; nil when there is none.
    var fmp: LoadedKey?
    /// What was wrong or should be known; at most one message each, none with a key in it.
    var problems: [SettingProblem] = []
    /// A key was named but refused: going on without it must not look as if none was given.
    var isRefused = false
}

/// Finds the keys: by environment, else by a file that nobody else can read.
///
/// Never by an option: other users see those.
enum KeyLoader {
    /// Variables that may hold the vendor's key; the first one set wins.
    static let vendorVariables = ["POLYGON_API_KEY", "MASSIVE_API_KEY"]
    /// The variable of the key for company facts.
    static let fmpVariable = "FMP_API_KEY"
    /// The longest key, in bytes.
    static let keyBytesMax = 512
    /// The largest key file, in bytes.
    static let fileBytesMax = 4096

    /// Finds the keys.
    ///
    /// - Parameters:
    ///   - keyFile: Path by the settings; empty for none.
    ///   - user: The user that runs the program.
    ///   - readFile: Reads a file; replaced in tests.
    static func load(
        _ environment: ProcessEnvironment,
        keyFile: String,
        user: UInt32,
        readFile: (String) -> Result<SmallFile.Content, SmallFile.Fault>
    ) -> LoadedKeys {
        var keys = LoadedKeys()
        let found = vendorVariables.compactMap { name in environment[name].map { (name, Secret($0)) } }
        if let (name, secret) = found.first {
            keys.vendor = checked(secret, origin: name, place: .environment(name), &keys)
            if let (other, another) = found.dropFirst().first, another != secret {
                let message = "\(name) and \(other) are both set and differ; using \(name)"
                keys.problems.append(SettingProblem(severity: .warning, place: .nowhere, message: message))
            }
        } else if !keyFile.isEmpty {
            keys.vendor = keyInFile(keyFile, user: user, readFile(keyFile), &keys)
        }
        if let text = environment[fmpVariable] {
            let wasRefused = keys.isRefused
            keys.fmp = checked(Secret(text), origin: fmpVariable, place: .environment(fmpVariable), &keys)
            keys.isRefused = wasRefused
        }
        return keys
    }

    private static func keyInFile(
        _ path: String,
        user: UInt32,
        _ result: Result<SmallFile.Content, SmallFile.Fault>,
        _ keys: inout LoadedKeys
    ) -> LoadedKey? {
        func refuse(_ message: String) -> LoadedKey? {
            keys.isRefused = true
            keys.problems.append(SettingProblem(severity: .error, place: .wholeFile(path: path), message: message))
            return nil
        }
        let content: SmallFile.Content
        switch result {
        case .failure(let fault): return refuse("the key file cannot be read: \(fault.words); no key is used")
        case .success(let value): content = value
        }
        guard content.owner == user else {
            return refuse(
                "the key file belongs to another user (\(content.owner)) and is not read; make it yours with chown"
            )
        }
        guard content.mode & 0o077 == 0 else {
            let mode = String(content.mode & 0o777, radix: 8)
            return refuse("the key file may be read by others (mode \(mode)) and is not read; do chmod 600 on it")
        }
        guard let text = String(validating: content.bytes, as: UTF8.self) else {
            return refuse("the key file is not text; put the key and nothing else into it")
        }
        return checked(Secret(text), origin: path, place: .wholeFile(path: path), &keys)
    }

    /// A key goes into a header, so it may have printable ASCII only.
    private static func checked(
        _ secret: Secret,
        origin: String,
        place: SettingProblem.Place,
        _ keys: inout LoadedKeys
    ) -> LoadedKey? {
        let bytes = secret.revealed.utf8
        guard !bytes.isEmpty, bytes.count <= keyBytesMax, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            keys.isRefused = true
            let message =
                "this is no key: it is empty, longer than \(keyBytesMax) bytes, or has spaces or line breaks in it"
            keys.problems.append(SettingProblem(severity: .error, place: place, message: message))
            return nil
        }
        return LoadedKey(secret: secret, origin: origin)
    }
}
