import Dashboard

extension Startup {
    /// The settings as the dashboard tells of them.
    var settingWords: [SettingWords] {
        SettingRegistry.all.map { spec in
            SettingWords(
                name: spec.key,
                value: spec.read(settings).toml,
                allowed: String(spec.allowed.trimmingPrefix("allowed ")),
                meaning: spec.doc
            )
        }
    }

    /// The keymap of the settings, with what is wrong with it.
    var chosenKeymap: KeymapShelf.Loaded {
        let shelf = KeymapShelf(paths, executable: ThemeFolder.executable())
        return shelf.load(settings.screen.keymap, catalogue: settingWords)
    }
}
