import EngineAPI
import History
import MarketTime
import Network
import Synchronization

/// Runs the core of a backfill: one thread that steps it, asks the source, and writes to the store.
///
/// Answers come back through an inbox, of which there are never more than requests under way; the store is written on the
/// runner's own thread, so what is fetched waits for the disk and not the other way round. `inbox` is guarded by its mutex.
final class BackfillRunner: Sendable {
    /// Whom the runner tells what; called on its thread, must not block.
    struct Hooks: Sendable {
        var report: @Sendable (BackfillStatus) -> Void = { _ in }
        var healed: @Sendable (SlotRows) -> Void = { _ in }
        var historyChanged: @Sendable () -> Void = {}
        var ended: @Sendable (BackfillSummary) -> Void = { _ in }
    }

    private struct Inbox {
        var inputs: [BackfillInput] = []
        var mustEnd = false
    }

    /// Longest sleep, ms; only bounds how late a lost wake-up would be noticed.
    private static let sleepMsMax = 60_000

    private let source: any HistorySource
    private let store: any BackfillStore
    private let settings: BackfillSettings
    private let hooks: Hooks
    private let inbox = Mutex(Inbox())
    private let wake = Signal()

    /// A runner that does not run yet.
    init(source: any HistorySource, store: any BackfillStore, settings: BackfillSettings, hooks: Hooks) {
        self.source = source
        self.store = store
        self.settings = settings
        self.hooks = hooks
    }

    /// Hands the core an input; a list of symbols or a gap replaces one that has not been taken yet.
    func post(_ input: BackfillInput) {
        inbox.withLock { inbox in
            switch input {
            case .prioritize: inbox.inputs.removeAll { if case .prioritize = $0 { true } else { false } }
            case .heal: inbox.inputs.removeAll { if case .heal = $0 { true } else { false } }
            default: break
            }
            inbox.inputs.append(input)
        }
        wake.raise()
    }

    /// Writes what has been fetched and ends ``run()``; returns at once.
    func end() {
        inbox.withLock { $0.mustEnd = true }
        wake.raise()
    }

    /// Runs until ``end()``, or until the first job is over when `untilEnded`.
    func run(untilEnded: Bool = false) {
        var core = BackfillCore(settings: settings, seed: UInt64(bitPattern: MonotonicTime.now().nanoseconds))
        var isOver = false
        while !isOver {
            let (taken, mustEnd) = inbox.withLock { inbox in
                defer { inbox.inputs = [] }
                return (inbox.inputs, inbox.mustEnd)
            }
            var inputs = mustEnd ? taken + [.stop] : taken
            repeat {
                let effects = core.step(inputs, now: MonotonicTime.now())
                inputs = []
                for effect in effects {
                    if case .ended = effect, untilEnded { isOver = true }
                    if let answer = carryOut(effect) { inputs.append(answer) }
                }
            } while !inputs.isEmpty
            if mustEnd || isOver { return }
            let now = MonotonicTime.now()
            let pause = core.nextDue.map { Int(max($0.nanoseconds(since: now), 0) / 1_000_000) + 1 } ?? Self.sleepMsMax
            _ = wake.take(milliseconds: min(pause, Self.sleepMsMax))
        }
    }

    /// Does what the core wants; returns the answer when there is one at once.
    private func carryOut(_ effect: BackfillEffect) -> BackfillInput? {
        switch effect {
        case .takeInventory(let days, let symbols):
            do {
                return .inventory(try store.inventory(of: days, symbols: symbols))
            } catch {
                return .inventoryFailed(sentence: Self.sentence(error))
            }
        case .fetch(let fetch):
            source.fetch(fetch) { [weak self] answer in self?.post(.answer(fetch, answer)) }
        case .write(let batch, let id):
            do {
                try store.write(batch)
                return .written(id)
            } catch {
                return .writeFailed(id, sentence: Self.sentence(error), isLasting: Self.isLasting(error))
            }
        case .healed(let rows): hooks.healed(rows)
        case .report(let status): hooks.report(status)
        case .historyChanged: hooks.historyChanged()
        case .ended(let summary): hooks.ended(summary)
        }
        return nil
    }

    private static func sentence(_ error: any Error) -> String {
        (error as? StoreError)?.plainSentence ?? "history file: \(error)"
    }

    /// Whether only the trader can mend it.
    private static func isLasting(_ error: any Error) -> Bool {
        switch error as? StoreError {
        case .locked, .failed: false
        case .full, .cannotOpen, .readOnly, .corrupt, .newerVersion, nil: true
        }
    }
}
