import CWslay
import Glibc

/// Ends another thread's wait in `WebSocketConnection.step`: raised from anywhere, lowered by whoever waits.
///
/// Raising it twice before it is lowered is the same as once. The kernel's counter is the only state, so any thread may
/// use it.
package final class WakeDescriptor: Sendable {
    /// The system gives no more descriptors.
    package struct Unavailable: Error, Hashable, CustomStringConvertible {
        /// The system's error number.
        package let code: Int32

        /// What happened and what to do.
        package var description: String {
            "The system gives no descriptor (\(String(cString: strerror(code)))). Raise the limit of open files."
        }
    }

    /// Polls readable while raised; owned here.
    package let descriptor: Int32

    /// A lowered one; throws `Unavailable`.
    package init() throws {
        descriptor = cwslay_event_descriptor()
        guard descriptor >= 0 else { throw Unavailable(code: errno) }
    }

    deinit { close(descriptor) }

    /// Raises it: a wait that looks at it ends at once, now or later.
    package func signal() {
        var one: UInt64 = 1
        // It can fail only when the counter is at its end, and then it is raised already.
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Lowers it.
    ///
    /// What was raised for must be looked at afterwards, not before.
    package func clear() {
        var count: UInt64 = 0
        // It fails when nobody has raised it.
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }
}
