import Logging
import MarketTime

/// Writes swift-log's messages as JSON lines: `time` (UTC), `level`, `label`, `message`, then the fields.
struct JSONLineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let file: LogFile

    /// A handler for a part of the program.
    init(label: String, level: Logger.Level, file: LogFile) {
        self.label = label
        logLevel = level
        self.file = file
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        file.write { now in
            var members = [
                ("time", JSONText.quoted(now.utcText)),
                ("level", JSONText.quoted(event.level.rawValue)),
                ("label", JSONText.quoted(label)),
                ("message", JSONText.quoted(event.message.description)),
            ]
            if let error = event.error { members.append(("error", JSONText.quoted("\(error)"))) }
            let fields = metadata.merging(event.metadata ?? [:]) { $1 }
            if !fields.isEmpty { members.append(("fields", Self.json(.dictionary(fields), depth: 0))) }
            return JSONText.object(members)
        }
    }

    private static let depthMax = 4

    private static func json(_ value: Logger.Metadata.Value, depth: Int) -> String {
        guard depth < depthMax else { return "\"…\"" }
        return switch value {
        case .string(let text): JSONText.quoted(text)
        case .stringConvertible(let value): JSONText.quoted(value.description)
        case .array(let values): JSONText.array(values.map { json($0, depth: depth + 1) })
        case .dictionary(let fields):
            JSONText.object(fields.sorted { $0.key < $1.key }.map { ($0.key, json($0.value, depth: depth + 1)) })
        }
    }
}

/// Where loggers come from: the file, or nowhere when there is none.
///
/// Never the screen.
struct Logs: Sendable {
    /// The file; nil when no log is kept.
    let file: LogFile?
    /// The least important level written.
    let level: Logger.Level
    /// Why no log is kept; one sentence for the trader, once.
    let notice: String?

    /// Opens the log that the settings ask for.
    static func open(_ settings: Settings.Log, _ paths: Paths, clock: any WallClock, keys: LoadedKeys) -> Logs {
        let level = Logger.Level(rawValue: settings.level.rawValue) ?? .info
        guard let folder = paths.stateFolder else {
            return Logs(
                file: nil,
                level: level,
                notice: "no log is kept: neither HOME nor XDG_STATE_HOME names a folder"
            )
        }
        let limits = LogFile.Limits(bytesMax: settings.maxMB << 20, keep: settings.keep)
        let secrets = [keys.vendor, keys.fmp].compactMap { $0?.secret }
        do {
            let file = try LogFile(folder: folder, limits: limits, clock: clock, secrets: secrets)
            return Logs(file: file, level: level, notice: nil)
        } catch {
            return Logs(file: nil, level: level, notice: error.sentence)
        }
    }

    /// The logger of a part of the program.
    func logger(_ label: String) -> Logger {
        Logger(label: label) { label in
            guard let file else { return SwiftLogNoOpLogHandler() }
            return JSONLineLogHandler(label: label, level: level, file: file)
        }
    }
}
