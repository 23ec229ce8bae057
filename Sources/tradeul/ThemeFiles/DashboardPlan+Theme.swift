extension DashboardPlan {
    /// The theme of the settings, with what is wrong with it.
    var chosenTheme: ThemeShelf.Loaded {
        theme(isLight: ThemeShelf.isLight(colorFGBG: startup.environment["COLORFGBG"]))
    }

    /// The theme of the settings on a ground, if one is known.
    func theme(isLight: Bool?) -> ThemeShelf.Loaded { themes.choose(settings.screen.theme, isLight: isLight) }
}
