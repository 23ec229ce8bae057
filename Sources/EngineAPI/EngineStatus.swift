package import MarketData
package import MarketTime

/// How the connection to the vendor is.
package enum FeedState: Hashable, Sendable {
    /// No answer yet.
    case connecting
    /// The last poll succeeded.
    case live
    /// The last poll failed; tried again at `retryAt`. The sentence says what happened, where, and what is done about it.
    case degraded(sentence: String, retryAt: Instant)
    /// The vendor refuses for good (key, plan); nothing is tried until the trader acts. The sentence says how.
    case refused(sentence: String)
}

/// What the feed reports about itself.
package struct FeedStatus: Hashable, Sendable {
    /// State of the snapshot feed.
    package var state: FeedState
    /// Host (and port) of the REST address, for the status line; never with a key.
    package var host: String
    /// Polls that succeeded since the start.
    package var succeededPolls = 0
    /// Polls that failed since the start.
    package var failedPolls = 0
    /// Snapshots replaced by a newer one before the engine took them.
    package var conflated = 0
    /// Duration of the last successful poll, request to columns, in ms; nil before the first.
    package var lastPollMs: Double?
    /// The vendor's clock minus ours, in seconds; nil before the first answer that carries a time.
    package var clockSkewSeconds: Double?
    /// What the vendor says about the session; nil before the first answer.
    package var vendorSession: MarketSession?
    /// Market time at which the vendor said so; nil where it is not noted, and the word counts as new.
    package var vendorSessionAt: Instant?

    /// A feed that has not answered yet.
    package init(state: FeedState = .connecting, host: String = "") {
        self.state = state
        self.host = host
    }
}

/// How the local store is.
package enum StoreState: Hashable, Sendable {
    /// Not opened yet.
    case opening
    /// Reading and writing.
    case ready
    /// Works in memory only, or cannot write; the sentence says why and what to do.
    case degraded(sentence: String)

    /// Whether slots are not being written.
    package var isDegraded: Bool {
        if case .degraded = self { true } else { false }
    }
}

/// Where the baseline comes from.
package enum BaselineState: Hashable, Sendable {
    /// Being read from the store.
    case loading
    /// In use: days found in the store, and tickers with at least one of them.
    case ready(days: Int, tickers: Int)
    /// The store holds no complete day.
    case empty
}

/// Everything the header and the status bar show.
package struct EngineStatus: Hashable, Sendable {
    /// The engine's time at this status.
    package var now: Instant
    /// Session, trading day, next change by the exchange calendar.
    package var session: SessionState
    /// Progress of the trading day.
    package var progress: DayProgress
    /// The feed.
    package var feed: FeedStatus
    /// The store.
    package var store: StoreState
    /// The baseline.
    package var baseline: BaselineState
    /// When the last snapshot was applied; nil before the first.
    package var snapshotAppliedAt: Instant?
    /// The vendor's newest time within the last snapshot.
    package var snapshotDataTime: Instant?
    /// Tickers in the last snapshot.
    package var universeCount: Int
    /// Tickers that have traded today.
    package var tradedCount: Int
    /// Elements of the last snapshot that were not used.
    package var rejections: SnapshotRejections
    /// RVOL settings in force.
    package var rvol: RVOLSettings
    /// How the backfill is going.
    package var backfill: BackfillStatus
    /// Slots of today that ended unseen and are not filled yet.
    package var gap: CollectionGap
    /// The vendor and the calendar disagree on the session, and the vendor is followed.
    package var conflict: SessionConflict?
    /// The WebSocket.
    package var stream: StreamStatus
    /// What has become of its events.
    package var flow: StreamFlow
    /// The lists in the trader's order.
    package var lists: [ListState]
    /// Tickers followed by the second because they are on a list.
    package var shortListCount: Int
    /// Names, floats, caps, sectors.
    package var reference: ReferenceStatus

    /// A status.
    package init(
        now: Instant,
        session: SessionState,
        progress: DayProgress,
        feed: FeedStatus = FeedStatus(),
        store: StoreState = .opening,
        baseline: BaselineState = .loading,
        snapshotAppliedAt: Instant? = nil,
        snapshotDataTime: Instant? = nil,
        universeCount: Int = 0,
        tradedCount: Int = 0,
        rejections: SnapshotRejections = SnapshotRejections(),
        rvol: RVOLSettings = RVOLSettings(),
        backfill: BackfillStatus = BackfillStatus(),
        gap: CollectionGap = CollectionGap(),
        conflict: SessionConflict? = nil,
        stream: StreamStatus = StreamStatus(state: .off(sentence: "")),
        flow: StreamFlow = StreamFlow(),
        lists: [ListState] = [],
        shortListCount: Int = 0,
        reference: ReferenceStatus = ReferenceStatus()
    ) {
        self.now = now
        self.session = session
        self.progress = progress
        self.feed = feed
        self.store = store
        self.baseline = baseline
        self.snapshotAppliedAt = snapshotAppliedAt
        self.snapshotDataTime = snapshotDataTime
        self.universeCount = universeCount
        self.tradedCount = tradedCount
        self.rejections = rejections
        self.rvol = rvol
        self.backfill = backfill
        self.gap = gap
        self.conflict = conflict
        self.stream = stream
        self.flow = flow
        self.lists = lists
        self.shortListCount = shortListCount
        self.reference = reference
    }
}

/// What live collection has missed today.
package struct CollectionGap: Hashable, Sendable {
    /// Tickers that have traded and have at least one unknown slot among those that ended.
    package var tickers = 0
    /// Slots unknown for at least one of them.
    package var slots = 0

    /// No gap.
    package init(tickers: Int = 0, slots: Int = 0) {
        self.tickers = tickers
        self.slots = slots
    }
}

/// Two answers to the question which session it is.
package struct SessionConflict: Hashable, Sendable {
    /// What the exchange calendar says.
    package var calendar: MarketSession
    /// What the vendor says, which is followed.
    package var vendor: MarketSession

    /// A disagreement.
    package init(calendar: MarketSession, vendor: MarketSession) {
        self.calendar = calendar
        self.vendor = vendor
    }
}

/// How relative volume is computed (`design.md` §2's definitions).
package struct RVOLSettings: Hashable, Sendable {
    /// What the volume is divided by.
    package enum Mode: String, CaseIterable, Hashable, Sendable {
        /// The baseline at this moment, interpolated within the slot.
        case interpolated
        /// The baseline at the end of the current slot.
        case slot
        /// The slot's own volume over its mean own volume, pro-rated while the slot runs ("regular" elsewhere).
        case regular
    }

    /// Interpolated, by slot, or each slot alone.
    package var mode: Mode = .interpolated
    /// Trading days on which the symbol traded that make up its baseline, 1…60.
    package var lookbackDays = 5
    /// Smallest interpolated baseline, shares.
    package var floorShares: Double = 100
    /// Whether early-close days count on full days.
    package var includesEarlyCloses = false

    /// The defaults.
    package init() {}
}
