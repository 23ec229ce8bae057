import MarketTime
import Testing

@testable import Dashboard

@Suite struct HeatMapLayoutTests {
    /// Inside width, cells, slots of the first, a middle and the last cell, whether cells have halves.
    static let table: [(width: Int, cells: Int, slots: [Int], isHalved: Bool)] = [
        (240, 192, [1, 1, 1], false), (199, 192, [1, 1, 1], false), (198, 192, [1, 1, 1], false),
        (197, 96, [2, 2, 2], true), (118, 96, [2, 2, 2], true), (104, 96, [2, 2, 2], true),
        (103, 69, [3, 2, 6], false), (78, 69, [3, 2, 6], false),
        (77, 64, [3, 3, 3], false), (72, 64, [3, 3, 3], false),
        (71, 48, [4, 4, 4], true), (56, 48, [4, 4, 4], true),
        (55, 32, [6, 6, 6], true), (40, 32, [6, 6, 6], true),
        (39, 32, [1, 1, 1], false), (20, 13, [1, 1, 1], false),
    ]

    @Test(arguments: table)
    func aDayFitsAsTheTableSays(width: Int, cells: Int, slots: [Int], isHalved: Bool) {
        let layout = HeatMapLayout(width: width, zoom: .day, around: 93)
        #expect(layout.cells.count == cells)
        let counts = [layout.cells[0], layout.cells[cells / 2], layout.cells[cells - 1]].map(\.slots.count)
        #expect(counts == slots)
        #expect(layout.cells.allSatisfy { $0.isHalved == isHalved })
        #expect(layout.label == (width == 198 ? 6 : 7))
    }

    @Test func warpedCellsGiveTheRegularSessionMostRoom() {
        let layout = HeatMapLayout(width: 78, zoom: .day, around: 0)
        let counts = [3, 2, 6].map { count in layout.cells.filter { $0.slots.count == count }.count }
        #expect(counts == [22, 39, 8])
        #expect(layout.rules == [7 + 22, 7 + 22 + 1 + 39])
        #expect(layout.cells[22].slots.lowerBound == Slot.regularOpen)
        #expect(layout.cells[61].slots.lowerBound == Slot.regularClose)
    }

    @Test(arguments: HeatZoom.allCases)
    func everySlotShownIsInExactlyOneCell(zoom: HeatZoom) {
        for width in 20...260 {
            for slot in stride(from: 0, to: Slot.count, by: 13) {
                let layout = HeatMapLayout(width: width, zoom: zoom, around: slot, newest: 93)
                // One expectation a layout: a million of them would take minutes.
                #expect(Self.isWhole(layout, width: width), "\(width) \(zoom) \(slot)")
                #expect(layout.slots.contains(slot), "\(width) \(zoom) \(slot)")
                if width >= 40 || zoom != .day { #expect(layout.slots == zoom.slots(around: slot)) }
            }
        }
    }

    /// Whether all slots shown stand in one part each, in order, and the cells side by side within the width.
    private static func isWhole(_ layout: HeatMapLayout, width: Int) -> Bool {
        guard layout.parts.flatMap({ Array($0) }) == Array(layout.slots) else { return false }
        var column = layout.label
        for cell in layout.cells {
            let isBehindRule = layout.rules.contains(column) && cell.column == column + 1
            guard cell.column == column || isBehindRule, !cell.left.isEmpty else { return false }
            guard cell.left.count + cell.right.count == cell.slots.count else { return false }
            column = cell.column + cell.width
        }
        return column <= width
    }

    @Test func anyWidthIsTaken() {
        for width in 0..<20 {
            for zoom in HeatZoom.allCases {
                let layout = HeatMapLayout(width: width, zoom: zoom, around: 191, figures: [.rvol, .last])
                #expect(layout.cells.allSatisfy { $0.column + $0.width <= width })
            }
        }
    }

    @Test(arguments: [(118, 2), (84, 0), (85, 1), (103, 3), (199, 0), (206, 1), (240, 4)])
    func numbersTakeWhatTheCellsLeave(width: Int, count: Int) {
        let wanted: [HeatFigure] = [.rvol, .last, .change, .volume]
        let layout = HeatMapLayout(width: width, zoom: .day, around: 0, figures: wanted)
        #expect(layout.figures.count == count, "\(layout.figures)")
        let end = layout.cells.last.map { $0.column + $0.width } ?? 0
        for placed in layout.figures {
            #expect(placed.column > end && placed.column + placed.figure.width <= width)
        }
    }

    @Test func theStripEndsWithTheNewestSlotAndFollowsTheCursor() {
        func slots(_ slot: Int) -> Range<Int> {
            HeatMapLayout(width: 30, zoom: .day, around: slot, newest: 93).slots
        }
        #expect(slots(93) == 71..<94)
        #expect(slots(80) == 71..<94)
        #expect(slots(60) == 60..<83)
        #expect(slots(191) == 169..<192)
        #expect(HeatMapLayout(width: 30, zoom: .day, around: 3, newest: 3).slots == 0..<23)
    }

    @Test(arguments: [
        (HeatZoom.session, 0, 0..<66), (.session, 65, 0..<66), (.session, 66, 66..<144), (.session, 191, 144..<192),
        (.twoHours, 93, 72..<96), (.twoHours, 96, 84..<108), (.twoHours, 2, 0..<24), (.twoHours, 191, 168..<192),
        (.hour, 93, 84..<96), (.hour, 0, 0..<12), (.hour, 191, 180..<192),
    ])
    func zoomsShowTheCursorAndSomePast(zoom: HeatZoom, slot: Int, slots: Range<Int>) {
        #expect(zoom.slots(around: slot) == slots)
    }

    @Test func aShortSpanTakesSeveralColumnsASlot() {
        #expect(
            HeatMapLayout(width: 118, zoom: .twoHours, around: 93).cells.map(\.width) == Array(repeating: 4, count: 24)
        )
        #expect(HeatMapLayout(width: 78, zoom: .hour, around: 93).cells.map(\.width) == Array(repeating: 4, count: 12))
        #expect(HeatMapLayout(width: 78, zoom: .session, around: 93).cells.count == 39)
    }
}
