import EngineAPI
import MarketData

extension EngineCore {
    /// Takes what reference data tell of tickers; what they do not tell leaves what is known.
    mutating func apply(_ facts: ReferenceFacts) {}

    /// Takes indicators over many days, unless they are of another day or older than those in use.
    mutating func apply(_ indicators: DailyIndicators) {}
}
