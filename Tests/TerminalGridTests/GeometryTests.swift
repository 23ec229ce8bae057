import TerminalGrid
import Testing

@Suite struct GeometryTests {
    struct SplitCase: Sendable {
        var width: Int
        var lengths: [Length]
        var widths: [Int]
    }

    @Test(arguments: [
        SplitCase(width: 80, lengths: [.fixed(20), .rest], widths: [20, 60]),
        SplitCase(width: 80, lengths: [.rest, .fixed(40)], widths: [40, 40]),
        SplitCase(width: 80, lengths: [.percent(30), .fill(1), .fill(2)], widths: [24, 18, 38]),
        SplitCase(width: 7, lengths: [.rest, .rest, .rest], widths: [2, 2, 3]),
        SplitCase(width: 10, lengths: [.fixed(8), .fixed(8), .rest], widths: [8, 2, 0]),
        SplitCase(width: 10, lengths: [.fixed(-3), .percent(400)], widths: [0, 10]),
        SplitCase(width: 0, lengths: [.fixed(1), .rest], widths: [0, 0]),
        SplitCase(width: 9, lengths: [.fixed(4)], widths: [4]),
        SplitCase(width: 9, lengths: [], widths: []),
    ])
    func splitCoversTheSideInOrder(_ item: SplitCase) {
        let rect = Rect(column: 3, row: 5, width: item.width, height: 2)
        let parts = rect.split(.horizontal, item.lengths)
        #expect(parts.map(\.width) == item.widths)
        var column = 3
        for part in parts {
            #expect(part.column == column && part.row == 5 && part.height == 2)
            column += part.width
        }
        let turned = Rect(column: 5, row: 3, width: 2, height: item.width).split(.vertical, item.lengths)
        #expect(turned.map(\.height) == item.widths)
        #expect(turned.allSatisfy { $0.column == 5 && $0.width == 2 })
    }

    @Test func insetNeverInverts() {
        let rect = Rect(column: 2, row: 2, width: 3, height: 1)
        #expect(rect.interior == Rect(column: 3, row: 3, width: 1, height: 0))
        #expect(rect.inset(left: 9).isEmpty)
        #expect(Size(columns: -4, rows: 2) == Size(columns: 0, rows: 2))
    }

    @Test func intersectionOfApartRectanglesIsEmpty() {
        let left = Rect(column: 0, row: 0, width: 4, height: 4)
        #expect(left.intersection(Rect(column: 9, row: 0, width: 4, height: 4)).isEmpty)
        #expect(
            left.intersection(Rect(column: -2, row: 3, width: 4, height: 9))
                == Rect(column: 0, row: 3, width: 2, height: 1)
        )
    }

    @Test func centredRectangleStaysInside() {
        let rect = Rect(column: 10, row: 10, width: 20, height: 5)
        #expect(rect.centered(Size(columns: 10, rows: 3)) == Rect(column: 15, row: 11, width: 10, height: 3))
        #expect(rect.centered(Size(columns: 99, rows: 99)) == rect)
    }

    @Test func lineOutsideIsEmpty() {
        let rect = Rect(column: 1, row: 1, width: 5, height: 2)
        #expect(rect.line(1) == Rect(column: 1, row: 2, width: 5, height: 1))
        #expect(rect.line(2).isEmpty)
        #expect(rect.line(-1).isEmpty)
    }
}
