import EngineAPI
import Synchronization

extension EngineHost {
    /// Pause before a read of daily bars that failed is tried again, ns.
    private static let retryNs: Int64 = 60_000_000_000

    /// Reads one request at a time; of those that come meanwhile only the newest is read afterwards.
    func load(_ request: DailyRequest) {
        guard let daily else { return }
        let isFirst = inbox.withLock { inbox in
            inbox.dailyRetry = nil
            if inbox.isReadingDaily { inbox.nextDaily = request }
            defer { inbox.isReadingDaily = true }
            return !inbox.isReadingDaily
        }
        guard isFirst else { return }
        runInBackground { [self] in
            var next: DailyRequest? = request
            while let request = next {
                read(request, from: daily)
                next = inbox.withLock { inbox in
                    defer { inbox.nextDaily = nil }
                    inbox.isReadingDaily = inbox.nextDaily != nil
                    return inbox.nextDaily
                }
            }
        }
    }

    /// Tries again what has failed, when it is time.
    func retryDaily() {
        guard daily != nil else { return }
        let now = monotonicNs()
        let due = inbox.withLock { inbox -> DailyRequest? in
            guard let retry = inbox.dailyRetry, now >= retry.at else { return nil }
            inbox.dailyRetry = nil
            return retry.request
        }
        if let due { load(due) }
    }

    private func read(_ request: DailyRequest, from store: any DailyStore) {
        do {
            let indicators = try store.loadDaily(request)
            post { $0.daily = indicators }
        } catch {
            // What the file's trouble is, reading its history and writing to it say; here it is only tried again.
            let retry = EngineInbox.DailyRetry(request: request, at: monotonicNs() + Self.retryNs)
            inbox.withLock { inbox in
                if inbox.nextDaily == nil { inbox.dailyRetry = retry }
            }
        }
    }
}

/// Who waits for an answer to a question, by its number.
struct WaitingQuestions: Sendable {
    private var completions: [UInt64: @Sendable (ScanAnswer?) -> Void] = [:]
    private var number: UInt64 = 0
    private var isOver = false

    /// Notes who waits; nil when too many do or the engine has stopped.
    mutating func add(_ completion: @escaping @Sendable (ScanAnswer?) -> Void) -> UInt64? {
        guard !isOver, completions.count < EngineInbox.questionsMax else { return nil }
        number += 1
        completions[number] = completion
        return number
    }

    /// Who waits for an answer; no longer from now on.
    mutating func take(_ number: UInt64) -> (@Sendable (ScanAnswer?) -> Void)? {
        completions.removeValue(forKey: number)
    }

    /// Everybody who still waits, the first to ask first; nobody may wait from now on.
    mutating func end() -> [@Sendable (ScanAnswer?) -> Void] {
        isOver = true
        defer { completions = [:] }
        return completions.sorted { $0.key < $1.key }.map(\.value)
    }
}
