package import EngineAPI
package import MarketData
package import MarketTime

/// What can be set about loading reference data.
package struct ReferenceSettings: Hashable, Sendable {
    /// Whether there is somebody to ask for the list of tickers.
    package var hasTickers = true
    /// Whether there is a key for floats, market capitalisations and profiles.
    package var hasFMPKey = true
    /// Questions under way at a time, all vendors together; at least 1.
    package var fetchesMax = 4
    /// Time between two readings of what has been stored while it is loaded, ms.
    package var handOverMs: Int64 = 5000

    /// The usual settings.
    package init() {}
}

/// A ticker as the store knows it.
package struct ListedTicker: Hashable, Sendable {
    /// Which.
    package var symbol: Symbol
    /// Vendor type; nil when not known.
    package var type: String?
    /// Whether its name is known.
    package var isNamed: Bool

    /// A ticker.
    package init(symbol: Symbol, type: String?, isNamed: Bool) {
        self.symbol = symbol
        self.type = type
        self.isNamed = isNamed
    }
}

/// What is to be read from the store before anything is asked.
package struct ReferenceReading: Hashable, Sendable {
    /// Symbols of which market capitalisations were answered, or not known, on this day or later are not asked again.
    package var capsSince: DayID
    /// Symbols whose profiles were answered on this day or later are not asked again.
    package var profilesSince: DayID
    /// Symbols whose profiles were not known on this day or later are not asked again.
    package var unknownSince: DayID
}

/// What the store knows.
package struct ReferenceStored: Sendable {
    /// How far each part has come.
    package var progress: [ReferenceProgress]
    /// Every ticker, in any order.
    package var tickers: [ListedTicker]
    /// Symbols not to be asked for their market capitalisation.
    package var capped: Set<Symbol>
    /// Symbols not to be asked for their profile.
    package var profiled: Set<Symbol>

    /// What has been read.
    package init(
        progress: [ReferenceProgress] = [],
        tickers: [ListedTicker] = [],
        capped: Set<Symbol> = [],
        profiled: Set<Symbol> = []
    ) {
        self.progress = progress
        self.tickers = tickers
        self.capped = capped
        self.profiled = profiled
    }
}

/// What comes in.
package enum ReferenceInput: Sendable {
    /// The trading day that is served and the calendar in force; the same day again changes nothing.
    case day(DayID, ExchangeCalendar)
    /// The answer to a reading.
    case stored(ReferenceStored)
    /// The store could not be read.
    case storeFailed(sentence: String)
    /// The symbols in play, most wanted first.
    case prioritize([Symbol])
    /// A vendor's answer.
    case answer(ReferenceFetch, ReferenceAnswer)
    /// A write is in the file.
    case written(id: UInt64)
    /// A write is not.
    case writeFailed(id: UInt64, sentence: String)
}

/// One write to the store.
package struct ReferenceWrite: Hashable, Sendable {
    /// What is known now.
    package var facts: [ReferenceFact]
    /// Symbols the vendor does not know or tells nothing of.
    package var unknown: [Symbol]
    /// The vendor: `polygon` or `fmp`.
    package var source: String
    /// How far the part is with this.
    package var progress: ReferenceProgress
}

/// What is to be done.
package enum ReferenceEffect: Sendable {
    /// Read the store and answer with ``ReferenceInput/stored(_:)``.
    case read(ReferenceReading)
    /// Ask a vendor.
    case fetch(ReferenceFetch)
    /// Write, and say how it went.
    case write(ReferenceWrite, id: UInt64)
    /// Read all facts and hand them over: there are new ones.
    case handOver
    /// Show this state; the stamp is the day of the oldest part in use.
    case report(ReferenceStatus.Phase, stamp: DayID?)
    /// Something for the log.
    case note(String)
}
