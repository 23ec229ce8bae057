/// A rectangle in units of a picture.
struct SVGBox: Hashable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int

    /// The box at another place.
    func moved(x right: Int, y down: Int) -> SVGBox {
        SVGBox(x: x + right, y: y + down, width: width, height: height)
    }

    /// Whether a box begins where this one ends, at the same height.
    func isContinued(by next: SVGBox) -> Bool { next.y == y && next.height == height && next.x == x + width }
}

/// A character that is drawn rather than written, within a cell of `GridSVG.cellWidth` × `GridSVG.cellHeight` units.
struct SVGShape {
    /// Its rectangles.
    var boxes: [SVGBox] = []
    /// A closed outline from a point, in the form of a path's data; nil without one.
    var outline: (x: Int, y: Int, path: String)?
    /// Opacity in percent: how shades are drawn.
    var opacity = 100

    private static let width = GridSVG.cellWidth
    private static let height = GridSVG.cellHeight

    /// The shape of a character; nil for one that is written.
    init?(_ scalar: UInt32) {
        switch scalar {
        case 0x2500...0x257F:
            guard let arms = Self.arms(scalar) else { return nil }
            boxes = Self.lines(arms)
        case 0x2580...0x259F: makeBlock(scalar)
        case 0x2800...0x28FF: boxes = Self.braille(Int(scalar - 0x2800))
        default:
            guard let outline = Self.outline(scalar) else { return nil }
            self.outline = outline
        }
    }

    // MARK: Boxes

    /// Strokes from the middle to each side: 0 none, 1 light, 2 heavy.
    private struct Arms {
        var left: Int
        var up: Int
        var right: Int
        var down: Int
    }

    /// Light and heavy lines, corners and crossings; round corners are drawn square, dashes solid.
    private static func arms(_ scalar: UInt32) -> Arms? {
        func arms(_ left: Int, _ up: Int, _ right: Int, _ down: Int) -> Arms {
            Arms(left: left, up: up, right: right, down: down)
        }
        switch scalar {
        case 0x2500, 0x2504, 0x2508, 0x254C: return arms(1, 0, 1, 0)
        case 0x2501, 0x2505, 0x2509, 0x254D: return arms(2, 0, 2, 0)
        case 0x2502, 0x2506, 0x250A, 0x254E: return arms(0, 1, 0, 1)
        case 0x2503, 0x2507, 0x250B, 0x254F: return arms(0, 2, 0, 2)
        case 0x250C, 0x256D: return arms(0, 0, 1, 1)
        case 0x250F: return arms(0, 0, 2, 2)
        case 0x2510, 0x256E: return arms(1, 0, 0, 1)
        case 0x2513: return arms(2, 0, 0, 2)
        case 0x2514, 0x2570: return arms(0, 1, 1, 0)
        case 0x2517: return arms(0, 2, 2, 0)
        case 0x2518, 0x256F: return arms(1, 1, 0, 0)
        case 0x251B: return arms(2, 2, 0, 0)
        case 0x251C: return arms(0, 1, 1, 1)
        case 0x2523: return arms(0, 2, 2, 2)
        case 0x2524: return arms(1, 1, 0, 1)
        case 0x252B: return arms(2, 2, 0, 2)
        case 0x252C: return arms(1, 0, 1, 1)
        case 0x2533: return arms(2, 0, 2, 2)
        case 0x2534: return arms(1, 1, 1, 0)
        case 0x253B: return arms(2, 2, 2, 0)
        case 0x253C: return arms(1, 1, 1, 1)
        case 0x254B: return arms(2, 2, 2, 2)
        case 0x2574: return arms(1, 0, 0, 0)
        case 0x2575: return arms(0, 1, 0, 0)
        case 0x2576: return arms(0, 0, 1, 0)
        case 0x2577: return arms(0, 0, 0, 1)
        default: return nil
        }
    }

    /// A horizontal and a vertical rectangle; where both meet they overlap by the thickness of the stroke.
    private static func lines(_ arms: Arms) -> [SVGBox] {
        let stroke = 5 * max(arms.left, arms.up, arms.right, arms.down)
        let (middleX, middleY) = ((width - stroke) / 2, (height - stroke) / 2)
        var boxes: [SVGBox] = []
        if arms.left + arms.right > 0 {
            let from = arms.left > 0 ? 0 : middleX
            let to = arms.right > 0 ? width : middleX + stroke
            boxes.append(SVGBox(x: from, y: middleY, width: to - from, height: stroke))
        }
        if arms.up + arms.down > 0 {
            let from = arms.up > 0 ? 0 : middleY
            let to = arms.down > 0 ? height : middleY + stroke
            boxes.append(SVGBox(x: middleX, y: from, width: stroke, height: to - from))
        }
        return boxes
    }

    // MARK: Blocks

    private mutating func makeBlock(_ scalar: UInt32) {
        let (width, height) = (Self.width, Self.height)
        func box(_ x: Int, _ y: Int, _ endX: Int, _ endY: Int) -> SVGBox {
            SVGBox(x: x, y: y, width: endX - x, height: endY - y)
        }
        let (halfX, halfY) = (width / 2, (height + 1) / 2)
        switch scalar {
        case 0x2580: boxes = [box(0, 0, width, halfY)]
        case 0x2581...0x2588:
            // Half of the height is the same line as the upper half block's edge.
            let eighths = Int(scalar - 0x2580)
            let top = eighths == 4 ? halfY : height - (height * eighths + 4) / 8
            boxes = [box(0, top, width, height)]
        case 0x2589...0x258F: boxes = [box(0, 0, (width * Int(0x2590 - scalar) + 4) / 8, height)]
        case 0x2590: boxes = [box(halfX, 0, width, height)]
        case 0x2591...0x2593:
            boxes = [box(0, 0, width, height)]
            opacity = 25 * Int(scalar - 0x2590)
        case 0x2594: boxes = [box(0, 0, width, height / 8)]
        case 0x2595: boxes = [box(width - width / 8, 0, width, height)]
        default:
            // Quadrants: upper left, upper right, lower left, lower right.
            let masks = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14]
            let mask = masks[Int(scalar - 0x2596)]
            if mask & 1 != 0 { boxes.append(box(0, 0, halfX, halfY)) }
            if mask & 2 != 0 { boxes.append(box(halfX, 0, width, halfY)) }
            if mask & 4 != 0 { boxes.append(box(0, halfY, halfX, height)) }
            if mask & 8 != 0 { boxes.append(box(halfX, halfY, width, height)) }
        }
    }

    /// Dots of two columns and four rows; bits 0…2 and 6 are the left column from above, 3…5 and 7 the right one.
    private static func braille(_ dots: Int) -> [SVGBox] {
        let rows = [0, 1, 2, 0, 1, 2, 3, 3]
        return (0..<8).filter { dots >> $0 & 1 != 0 }.map { dot in
            let isRight = (3...5).contains(dot) || dot == 7
            return SVGBox(x: isRight ? 26 : 5, y: 5 + 21 * rows[dot], width: 11, height: 11)
        }
    }

    // MARK: Marks

    private static func outline(_ scalar: UInt32) -> (x: Int, y: Int, path: String)? {
        switch scalar {
        case 0x25B2: (21, 22, "l17 36h-34z")
        case 0x25BC: (21, 62, "l17 -36h-34z")
        case 0x25B6, 0x25B8, 0x25BA: (37, 43, "l-31 19v-38z")
        case 0x25C0, 0x25C2, 0x25C4: (5, 43, "l31 19v-38z")
        case 0x25CF: (6, 43, "a15 15 0 1 0 30 0a15 15 0 1 0 -30 0z")
        case 0x25A0, 0x25FC: (6, 28, "h30v30h-30z")
        case 0x25AA: (12, 34, "h18v18h-18z")
        case 0x25C6: (21, 23, "l17 20l-17 20l-17 -20z")
        default: nil
        }
    }
}
