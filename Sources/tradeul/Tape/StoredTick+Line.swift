import EngineAPI
import MarketData
import MarketTime
import Store

extension StoredTick {
    /// The trade as a line of a tape, with the marks it had there but for highs and lows of the day.
    ///
    /// Quotes are not stored, only the side they made. `isExtended`: whether it happened before the opening or after
    /// the close.
    func line(of symbol: Symbol, isExtended: Bool) -> TapePrint {
        let codes = PackedCodes(packing: conditions.map(Int.init))
        let traits = TradeConditions.traits(of: codes)
        let effect = TradeConditions.builtIn.effect(of: codes, isExtendedHours: isExtended)
        let marks: [(isSet: Bool, flag: PrintFlags)] = [
            (TradeConditions.isOddLot(size: size, traits: traits), .oddLot),
            (Venue.isOffExchange(exchange: exchange, trf: trf), .dark),
            (traits.contains(.auction), .auction), (traits.contains(.sweep), .sweep),
            (isExtended || traits.contains(.extendedHours), .extendedHours), (!effect.contains(.last), .notLast),
            (effect.contains(.volume) && TradeConditions.isBlock(size: size, price: price), .block),
        ]
        var line = TapePrint(
            number: 0,
            symbol: symbol,
            time: time,
            price: price,
            size: size,
            side: side,
            exchange: exchange,
            trf: trf,
            conditions: codes
        )
        for mark in marks where mark.isSet { line.flags.insert(mark.flag) }
        return line
    }
}
