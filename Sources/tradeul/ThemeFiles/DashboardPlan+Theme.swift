extension DashboardPlan {
    /// The theme of the settings, with what is wrong with it.
    var chosenTheme: ThemeShelf.Loaded {
        let isLight = ThemeShelf.isLight(colorFGBG: startup.environment["COLORFGBG"])
        return themes.choose(settings.screen.theme, isLight: isLight)
    }
}
