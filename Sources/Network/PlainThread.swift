import Glibc

/// One operating system thread that runs `body` and then says so.
///
/// Work that blocks (a transfer loop, a feed that polls) must not sit on the concurrency runtime's few threads. Signals
/// meant for the process stay with the main thread: they are blocked here, except those a fault of this thread raises.
package final class PlainThread: Sendable {
    private let ended = Signal()

    /// Starts the thread; nil when the system refuses a new one.
    package init?(_ body: @escaping @Sendable () -> Void) {
        let start = ThreadStart(body: body, ended: ended)
        let context = Unmanaged.passRetained(start)
        var thread = pthread_t()
        guard pthread_create(&thread, nil, plainThreadMain, context.toOpaque()) == 0 else {
            context.release()
            return nil
        }
        pthread_detach(thread)
    }

    /// Waits for the thread's end; false when `milliseconds` of real time pass first.
    package func join(milliseconds: Int) -> Bool { ended.wait(milliseconds: milliseconds) }
}

/// What a new thread needs; handed over through C as one retained reference.
private final class ThreadStart: Sendable {
    let body: @Sendable () -> Void
    let ended: Signal

    init(body: @escaping @Sendable () -> Void, ended: Signal) {
        self.body = body
        self.ended = ended
    }
}

// File scope and nonisolated: a closure would inherit the isolation of the code it is written in and trap when C calls it.
private nonisolated func plainThreadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    var blocked = sigset_t()
    sigfillset(&blocked)
    for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] { sigdelset(&blocked, fault) }
    pthread_sigmask(SIG_BLOCK, &blocked, nil)
    start.body()
    start.ended.raise()
    return nil
}
