import Glibc

/// A flag one thread raises and others wait for, with a deadline that no clock change moves.
///
/// `@unchecked Sendable`: `isRaised` is guarded by `mutex`; `mutex` and `condition` are made in `init`, never moved, and
/// destroyed in `deinit`, when nobody can wait any more.
package final class Signal: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var isRaised = false

    /// A flag that is down.
    package init() {
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Raises the flag and wakes every waiter; further calls change nothing.
    package func raise() {
        pthread_mutex_lock(mutex)
        isRaised = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Blocks the calling thread until the flag is up.
    package func wait() {
        pthread_mutex_lock(mutex)
        while !isRaised { pthread_cond_wait(condition, mutex) }
        pthread_mutex_unlock(mutex)
    }

    /// Blocks until the flag is up or `milliseconds` of real time have passed; true when the flag is up.
    package func wait(milliseconds: Int) -> Bool { wait(milliseconds: milliseconds, lowering: false) }

    /// Like `wait(milliseconds:)`, and takes the flag down again: for a waiter that is woken more than once.
    package func take(milliseconds: Int) -> Bool { wait(milliseconds: milliseconds, lowering: true) }

    private func wait(milliseconds: Int, lowering: Bool) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        // A day is as good as for ever and cannot overflow.
        let wait = min(max(0, milliseconds), 86_400_000)
        let nanoseconds = deadline.tv_nsec + wait % 1000 * 1_000_000
        deadline.tv_sec += wait / 1000 + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isRaised {
            if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { break }
        }
        let answer = isRaised
        if lowering { isRaised = false }
        return answer
    }
}
