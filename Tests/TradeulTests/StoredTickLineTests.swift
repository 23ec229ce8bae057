import EngineAPI
import MarketData
import Testing

@testable import Store
@testable import tradeul

/// A stored trade has the marks it had on the tape.
@Suite struct StoredTickLineTests {
    @Test(arguments: [
        (200.0, UInt8(12), [UInt8](), false, PrintFlags()),
        (99, 12, [], false, .oddLot),
        (200, 4, [], false, .dark),
        (200, 12, [14], false, .sweep),
        (200, 12, [], true, .extendedHours),
        (20_000, 12, [], false, .block),
    ])
    func marksFollowSizeVenueAndConditions(
        size: Double,
        exchange: UInt8,
        conditions: [UInt8],
        isExtended: Bool,
        flags: PrintFlags
    ) throws {
        let tick = StoredTick(
            time: 1,
            price: 20,
            size: size,
            side: .ask,
            exchange: exchange,
            trf: exchange == 4 ? 201 : 0,
            conditions: conditions
        )
        let line = tick.line(of: try #require(Symbol("AAPL")), isExtended: isExtended)
        #expect(line.flags == flags)
        #expect(line.side == .ask && line.size == size)
    }
}
