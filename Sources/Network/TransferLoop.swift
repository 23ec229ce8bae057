import CCurl

/// The transfer thread: owns the multi handle, the easy handles and every transfer under way.
///
/// Confined to its thread; other threads reach it through `TransferMailbox` only.
final class TransferLoop {
    /// An idle loop looks around this rarely; every request and cancellation wakes it at once.
    private static let idlePollMs: Int32 = 60_000
    /// Connections kept open at least, over all hosts; as many as may run, where those are more: a connection opened anew
    /// costs a handshake.
    private static let connectionsKept = 8

    private let configuration: HTTPClient.Configuration
    private let mailbox: TransferMailbox
    private let multi: UnsafeMutableRawPointer
    private let pool = BodyPool()
    private var running: [UnsafeMutableRawPointer: Transfer] = [:]
    /// Handles of ended transfers, reset and reused.
    private var spare: [UnsafeMutableRawPointer] = []

    /// Runs until the mailbox closes; then ends every request with `closed`.
    static func run(_ configuration: HTTPClient.Configuration, _ mailbox: TransferMailbox) {
        guard CurlLibrary.isReady, let multi = curl_multi_init() else {
            mailbox.close()
            for submission in mailbox.collect(places: 0).submissions { submission.completion(.failure(.closed)) }
            return
        }
        TransferLoop(configuration, mailbox, multi).run()
    }

    private init(
        _ configuration: HTTPClient.Configuration,
        _ mailbox: TransferMailbox,
        _ multi: UnsafeMutableRawPointer
    ) {
        self.configuration = configuration
        self.mailbox = mailbox
        self.multi = multi
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(Self.connectionsKept, configuration.runningMax))
    }

    private func run() {
        mailbox.setMulti(multi)
        while true {
            let mail = mailbox.collect(places: configuration.runningMax - running.count)
            if mail.isClosing {
                shutDown(mail)
                return
            }
            let cancelled = Set(mail.cancelled)
            for submission in mail.submissions {
                if cancelled.contains(submission.id) {
                    submission.completion(.failure(.cancelled))
                } else {
                    start(submission)
                }
            }
            if !cancelled.isEmpty { end(where: { cancelled.contains($0.id) }, with: .cancelled) }
            if !mail.resumed.isEmpty { resume(Set(mail.resumed)) }
            var active: Int32 = 0
            _ = curl_multi_perform(multi, &active)
            // Finished transfers free places, so look into the mailbox before sleeping.
            if finishDone() { continue }
            _ = curl_multi_poll(multi, nil, 0, Self.idlePollMs, nil)
        }
    }

    private func start(_ submission: TransferMailbox.Submission) {
        let transfer: Transfer
        do {
            transfer = try Transfer(submission, pool: pool)
        } catch {
            submission.completion(.failure(error))
            return
        }
        guard let handle = spare.popLast() ?? curl_easy_init() else {
            transfer.end(.failure(.library(code: 0, url: transfer.shownURL, detail: "out of memory")))
            return
        }
        let added = transfer.configure(handle, userAgent: configuration.userAgent)
        guard added == CURLE_OK, curl_multi_add_handle(multi, handle) == CURLM_OK else {
            transfer.end(.failure(transfer.failure(added, handle)))
            recycle(handle)
            return
        }
        running[handle] = transfer
    }

    private func finishDone() -> Bool {
        var found = false
        var handle: UnsafeMutableRawPointer?
        var result = CURLE_OK
        while ccurl_next_done(multi, &handle, &result) != 0 {
            guard let handle, let transfer = running.removeValue(forKey: handle) else { continue }
            found = true
            let outcome = transfer.outcome(result, handle, pool: pool)
            _ = curl_multi_remove_handle(multi, handle)
            recycle(handle)
            transfer.end(outcome)
        }
        return found
    }

    private func resume(_ ids: Set<UInt64>) {
        // Sorted, so that the order does not depend on a dictionary's; the bytes libcurl held back come at once.
        for (handle, transfer) in running.filter({ ids.contains($0.value.id) }).sorted(by: { $0.value.id < $1.value.id }
        ) {
            let result = ccurl_resume(handle)
            if result != CURLE_OK { end(where: { $0.id == transfer.id }, with: transfer.failure(result, handle)) }
        }
    }

    private func end(where chosen: (Transfer) -> Bool, with error: NetworkError) {
        // Sorted, so that completions of one pass come in the order of submission.
        let ended = running.filter { chosen($0.value) }.sorted { $0.value.id < $1.value.id }
        for (handle, transfer) in ended {
            running.removeValue(forKey: handle)
            // A resolver that hangs must not hang whoever cancels: libcurl would wait for its thread.
            _ = ccurl_set_long(handle, CURLOPT_QUICK_EXIT, 1)
            _ = curl_multi_remove_handle(multi, handle)
            recycle(handle)
            transfer.end(.failure(error))
        }
    }

    private func recycle(_ handle: UnsafeMutableRawPointer) {
        guard spare.count < configuration.runningMax else {
            curl_easy_cleanup(handle)
            return
        }
        curl_easy_reset(handle)
        spare.append(handle)
    }

    private func shutDown(_ mail: TransferMailbox.Mail) {
        mailbox.setMulti(nil)
        for submission in mail.submissions { submission.completion(.failure(.closed)) }
        end(where: { _ in true }, with: .closed)
        for handle in spare { curl_easy_cleanup(handle) }
        spare = []
        _ = curl_multi_cleanup(multi)
    }
}
