import MarketTime
import Synchronization

/// The market's time from the computer's clock, corrected by the vendor's where the two disagree.
final class CorrectedClock: WallClock {
    private let base: any WallClock
    private let correction = Mutex(ClockCorrection())

    /// A clock that shows `base` until an answer proves it wrong.
    init(base: any WallClock) { self.base = base }

    func now() -> Instant {
        let local = base.now()
        return correction.withLock { $0.corrected(local) }
    }

    /// The vendor's clock minus the computer's at the last answer, in seconds; nil before the first.
    var skewSeconds: Double? { correction.withLock { $0.skewSeconds } }

    /// Takes the time that an answer of the vendor carried, as it arrives.
    func observe(server: Instant) {
        let local = base.now()
        correction.withLock { $0.observe(server: server, local: local) }
    }
}
