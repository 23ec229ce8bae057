import EngineAPI
import MarketData

/// States as words.
enum GatewayWords {
    static func feed(_ state: FeedState) -> (state: String, sentence: String?) {
        switch state {
        case .connecting: ("connecting", nil)
        case .live: ("live", nil)
        case .degraded(let sentence, _): ("degraded", sentence)
        case .refused(let sentence): ("refused", sentence)
        }
    }

    static func stream(_ state: StreamState) -> (state: String, sentence: String?) {
        switch state {
        case .off(let sentence): ("off", sentence)
        case .connecting: ("connecting", nil)
        case .authenticating: ("authenticating", nil)
        case .live: ("live", nil)
        case .degraded(let sentence): ("degraded", sentence)
        case .backingOff(let sentence, _): ("backing-off", sentence)
        case .refused(let sentence): ("refused", sentence)
        }
    }

    static func store(_ state: StoreState) -> (state: String, sentence: String?) {
        switch state {
        case .opening: ("opening", nil)
        case .ready: ("ready", nil)
        case .degraded(let sentence): ("degraded", sentence)
        }
    }

    static func baseline(_ state: BaselineState) -> (state: String, sentence: String?) {
        switch state {
        case .loading: ("loading", nil)
        case .ready: ("ready", nil)
        case .empty: ("empty", nil)
        }
    }

    static func reference(_ phase: ReferenceStatus.Phase) -> (state: String, sentence: String?) {
        switch phase {
        case .idle: ("idle", nil)
        case .loading(let done, let total): ("loading", "\(done) of \(total) steps are done.")
        case .waiting(let sentence): ("waiting", sentence)
        case .degraded(let sentence): ("degraded", sentence)
        }
    }

    private static let flagWords: [(flag: RowFlags, word: String)] = [
        (.tradedToday, "traded-today"), (.thinBaseline, "thin-baseline"), (.shortBaseline, "short-baseline"),
        (.testTicker, "test-ticker"), (.missingFromFeed, "missing-from-feed"),
        (.slotJustStarted, "slot-just-started"), (.shortAverage, "short-average"),
        (.unknownSlots, "unknown-slots"), (.streamed, "streamed"), (.ticksInterrupted, "ticks-interrupted"),
        (.halted, "halted"), (.limitState, "limit-state"),
    ]

    /// The words of the flags that are set, in a fixed order.
    static func flags(_ flags: RowFlags) -> [String] {
        flagWords.compactMap { flags.contains($0.flag) ? $0.word : nil }
    }
}
