/// How many colours the terminal shows.
package enum ColorDepth: Hashable, Sendable, CaseIterable {
    /// None: attributes and glyphs carry the meaning.
    case mono
    /// The 16 ANSI colours, themed by the user.
    case sixteen
    /// The fixed xterm palette.
    case palette256
}

extension Style {
    /// The same style for a terminal of fewer colours.
    ///
    /// 16 colours: the theme's own choice, else the nearest of xterm's defaults, by distance in sRGB. Mono: no colours
    /// and `monoAttributes`, else the attributes; 256 keeps the style.
    package func degraded(to depth: ColorDepth) -> Style {
        switch depth {
        case .palette256: return self
        case .mono: return Style(attributes: monoAttributes ?? attributes)
        case .sixteen:
            return Style(
                foreground: Self.sixteen(foreground, chosen: foreground16),
                background: Self.sixteen(background, chosen: background16),
                attributes: attributes
            )
        }
    }

    private static func sixteen(_ color: Color, chosen: UInt8?) -> Color {
        if let chosen { return .indexed(min(chosen, 15)) }
        guard case .indexed(let index) = color else { return .standard }
        return .indexed(XtermPalette.nearest16(index))
    }
}

/// The xterm 256-colour palette as sRGB, for choosing poorer colours and for pictures of a screen.
package enum XtermPalette {
    /// Red, green and blue of an index, 0…255 each; 0…15 are xterm's defaults, users may have others.
    package static func rgb(_ index: UInt8) -> (red: UInt8, green: UInt8, blue: UInt8) {
        switch index {
        case 0..<16:
            let (red, green, blue) = ansi[Int(index)]
            return (red, green, blue)
        case 16..<232:
            let cube = index - 16
            return (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        default:
            let grey = 8 + 10 * (index - 232)
            return (grey, grey, grey)
        }
    }

    /// The nearest of the 16 ANSI colours, for 16…255; 0…15 stay what they are.
    package static func nearest16(_ index: UInt8) -> UInt8 {
        guard index >= 16 else { return index }
        let wanted = rgb(index)
        var best: UInt8 = 0
        var least = Int.max
        for candidate: UInt8 in 0..<16 {
            let color = rgb(candidate)
            let red = Int(wanted.red) - Int(color.red)
            let green = Int(wanted.green) - Int(color.green)
            let blue = Int(wanted.blue) - Int(color.blue)
            // Weights of the eye's sensitivity keep orange apart from red and teal apart from grey.
            let distance = 3 * red * red + 4 * green * green + 2 * blue * blue
            if distance < least { (least, best) = (distance, candidate) }
        }
        return best
    }

    private static func level(_ step: UInt8) -> UInt8 { step == 0 ? 0 : 55 + 40 * step }

    private static let ansi: [(UInt8, UInt8, UInt8)] = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ]
}

extension ColorDepth {
    /// The depth that shows fewer colours.
    package func poorer(of other: ColorDepth) -> ColorDepth {
        let order: [ColorDepth] = [.mono, .sixteen, .palette256]
        return order.first { $0 == self || $0 == other } ?? .mono
    }
}
