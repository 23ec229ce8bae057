/// The settings as texts: in force as TOML and JSON, documented as plain text and as a page.
///
/// Never with a key in it.
enum ConfigText {
    /// The settings in force as a settings file, with the origin of each value that is not a default.
    static func toml(_ startup: Startup) -> String {
        var lines = [
            "# settings file: \(comment(fileNote(startup.loaded)))", "# vendor key: \(comment(keyNote(startup.keys)))",
        ]
        for group in SettingRegistry.groups {
            lines += ["", "[\(group.name)]"]
            for spec in specs(of: group.name) {
                let line = "\(spec.key.dropFirst(group.name.count + 1)) = \(spec.read(startup.settings).toml)"
                let origin = startup.loaded.origin(spec.key)
                lines.append(origin == .fallback ? line : "\(line)  # \(origin.rawValue)")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The settings in force as one JSON object: `settings`, `origins`, `file`, `vendor_key_from`, `problems`.
    static func json(_ startup: Startup) -> String {
        let specs = SettingRegistry.all
        let origins = specs.map { ($0.key, JSONText.quoted(startup.loaded.origin($0.key).rawValue)) }
        return JSONText.object([
            ("file", startup.loaded.path.map(JSONText.quoted) ?? "null"),
            ("file_read", startup.loaded.isFileRead ? "true" : "false"),
            ("vendor_key_from", startup.keys.vendor.map { JSONText.quoted($0.origin) } ?? "null"),
            ("settings", JSONText.object(specs.map { ($0.key, $0.read(startup.settings).json) })),
            ("origins", JSONText.object(origins)),
            ("problems", JSONText.array(startup.problems.map { JSONText.quoted($0.line) })),
        ])
    }

    /// Every setting, for a terminal.
    static func plainKeys() -> String {
        SettingRegistry.all.map { spec in
            let unit = spec.unit.map { " \($0)" } ?? ""
            var lines = ["\(spec.key) = \(spec.fallback.toml)\(unit)", "    \(spec.doc)", "    \(spec.allowed)"]
            lines.append("    variable \(spec.environmentName)" + (spec.flag.map { ", option \($0)" } ?? ""))
            return lines.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    /// The page `docs/settings.md`, without the last line break.
    static func markdown() -> String {
        var lines = [
            "# Settings",
            "",
            "<!-- Written by `make docs` (`tradeul config keys --markdown`); a test fails when it is stale. -->",
            "",
            "All of them are optional. The file is `$XDG_CONFIG_HOME/tradeul/config.toml` (`~/.config/tradeul/config.toml`"
                + " where that variable is not set).",
            "The command line wins over the environment, the environment over the file, the file over the default.",
            "`NO_COLOR` set to anything counts as `screen.color = \"mono\"` where that setting is `auto`.",
            "",
            "A wrong key or value is one message with line and column; the rest of the file is used.",
            "`tradeul config check` prints these messages, `tradeul config` the values in force.",
        ]
        for group in SettingRegistry.groups {
            lines += ["", "## \(group.title): `[\(group.name)]`", ""]
            lines += ["| key | default | allowed | what it does |", "|---|---|---|---|"]
            for spec in specs(of: group.name) {
                let unit = spec.unit.map { " \($0)" } ?? ""
                let flag = spec.flag.map { " Option `\($0)`." } ?? ""
                let allowed = spec.allowed.dropFirst("allowed ".count)
                lines.append("| `\(spec.key)` | `\(spec.fallback.toml)`\(unit) | \(allowed) | \(spec.doc)\(flag) |")
            }
        }
        lines += ["", "Each has a variable too: `TRADEUL_` and the key in capitals with `_` for the dot,"]
        lines += ["for example `TRADEUL_FEED_SNAPSHOT_SECONDS=10`."]
        lines += [
            "", "Keys are no settings: they come from `POLYGON_API_KEY` or `MASSIVE_API_KEY` (and `FMP_API_KEY`), or",
        ]
        lines += ["from the file that `feed.key_file` names. They are never written anywhere."]
        return lines.joined(separator: "\n")
    }

    private static func specs(of group: String) -> [SettingSpec] {
        SettingRegistry.all.filter { $0.key.hasPrefix(group + ".") }
    }

    /// Text from outside, fit for one line of comment.
    private static func comment(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isControl ? "?" : $0 }))
    }

    private static func fileNote(_ loaded: LoadedSettings) -> String {
        guard let path = loaded.path else { return "none (no HOME)" }
        return loaded.isFileRead ? path : "\(path) (not there or not readable; defaults)"
    }

    private static func keyNote(_ keys: LoadedKeys) -> String {
        keys.vendor.map { "from \($0.origin)" } ?? (keys.isRefused ? "refused" : "none")
    }
}
