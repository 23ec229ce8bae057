import CCurses

extension CursesTerminal {
    /// Restores the terminal as the handlers of fatal signals do; a test cannot die of one and look at it afterwards.
    func restoreAsHandlersDo() { ccurses_restore() }
}
