import Curses

extension ColorSetting {
    /// The terminal's form of the setting.
    var choice: ColorChoice {
        switch self {
        case .auto: .auto
        case .palette256: .palette256
        case .sixteen: .sixteen
        case .mono: .never
        case .always: .always
        }
    }
}
