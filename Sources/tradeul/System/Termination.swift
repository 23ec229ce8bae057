import Glibc

/// Waiting for the signal that ends a server.
///
/// The dashboard does not use it: its terminal backend has its own.
enum Termination {
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// Holds the signals back in this thread and those it starts; call it before anything starts one.
    static func hold() {
        var set = signalSet()
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Blocks until one of the signals comes; returns its number.
    ///
    /// ``hold()`` comes first.
    static func wait() -> Int32 {
        var set = signalSet()
        var number: Int32 = 0
        while sigwait(&set, &number) != 0 {}
        return number
    }

    /// Blocks until one of the signals comes, or `milliseconds` have passed; true when one came.
    ///
    /// ``hold()`` comes first.
    static func wait(milliseconds: Int) -> Bool {
        var set = signalSet()
        var pause = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        return sigtimedwait(&set, nil, &pause) > 0
    }

    private static func signalSet() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in signals { sigaddset(&set, number) }
        return set
    }
}
