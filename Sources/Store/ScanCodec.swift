/// The packed form of the tickers of one stored set of a list, and the only code that reads or writes it.
///
/// Seven unsigned LEB128 numbers per ticker: number of the symbol, rank (0 has left), and, 0 for missing and else one
/// more than: the price in 1/10,000 USD, the volume in shares, RVOL in 1/100, twice the amount of the change in 1/100
/// percent (and one more when it is negative), the market capitalisation in 1,000 USD. 17 bytes a ticker.
enum ScanCodec {
    /// One ticker of a set.
    struct Entry: Equatable {
        /// Number of its symbol.
        var symbol: Int64
        /// From 1; 0 for one who has left.
        var rank: Int32
        /// USD; NaN is missing, here and below.
        var price: Double
        /// Shares.
        var volume: Double
        /// ×.
        var rvol: Double
        /// Percent.
        var change: Double
        /// USD.
        var marketCap: Double
    }

    /// Numbers of a ticker.
    private static let fieldCount = 7
    /// Units of a stored number.
    private static let priceUnits = 10_000.0
    private static let rvolUnits = 100.0
    private static let changeUnits = 100.0
    private static let capUnits = 0.001
    /// Largest number of units; what is above is stored as this.
    private static let unitsMax = 1e15

    /// Packs tickers in their order.
    static func pack(_ entries: some Sequence<Entry>) -> [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            write(UInt64(max(entry.symbol, 0)), to: &bytes)
            write(UInt64(max(entry.rank, 0)), to: &bytes)
            write(code(entry.price, priceUnits), to: &bytes)
            write(code(entry.volume, 1), to: &bytes)
            write(code(entry.rvol, rvolUnits), to: &bytes)
            write(changeCode(entry.change), to: &bytes)
            write(code(entry.marketCap, capUnits), to: &bytes)
        }
        return bytes
    }

    /// Unpacks tickers; nil when ``pack(_:)`` writes no such bytes.
    static func unpack(_ bytes: UnsafeBufferPointer<UInt8>) -> [Entry]? {
        var entries: [Entry] = []
        entries.reserveCapacity(bytes.count / 12)
        var position = 0
        var fields = [UInt64](repeating: 0, count: fieldCount)
        while position < bytes.count {
            for field in 0..<fieldCount {
                guard let number = read(bytes, at: &position) else { return nil }
                fields[field] = number
            }
            guard let symbol = Int64(exactly: fields[0]), let rank = Int32(exactly: fields[1]) else { return nil }
            entries.append(
                Entry(
                    symbol: symbol,
                    rank: rank,
                    price: number(fields[2], priceUnits),
                    volume: number(fields[3], 1),
                    rvol: number(fields[4], rvolUnits),
                    change: change(fields[5]),
                    marketCap: number(fields[6], capUnits)
                )
            )
        }
        return entries
    }

    /// What becomes of an entry that is stored and read again.
    static func rounded(_ entry: Entry) -> Entry {
        var entry = entry
        entry.price = number(code(entry.price, priceUnits), priceUnits)
        entry.volume = number(code(entry.volume, 1), 1)
        entry.rvol = number(code(entry.rvol, rvolUnits), rvolUnits)
        entry.change = change(changeCode(entry.change))
        entry.marketCap = number(code(entry.marketCap, capUnits), capUnits)
        return entry
    }

    private static func code(_ value: Double, _ units: Double) -> UInt64 {
        guard value.isFinite, value >= 0 else { return 0 }
        return UInt64(min((value * units).rounded(), unitsMax)) + 1
    }

    private static func number(_ code: UInt64, _ units: Double) -> Double {
        code == 0 ? .nan : Double(code - 1) / units
    }

    private static func changeCode(_ value: Double) -> UInt64 {
        guard value.isFinite else { return 0 }
        let amount = UInt64(min((abs(value) * changeUnits).rounded(), unitsMax))
        return amount << 1 + (value < 0 ? 1 : 0) + 1
    }

    private static func change(_ code: UInt64) -> Double {
        guard code > 0 else { return .nan }
        let amount = Double((code - 1) >> 1) / changeUnits
        return (code - 1) & 1 == 1 ? -amount : amount
    }

    private static func write(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// The next number; nil at the end of the bytes, or beyond 63 bits.
    private static func read(_ bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 63 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
