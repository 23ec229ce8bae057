import Synchronization

/// A value shared by threads, guarded by a mutex of its own.
final class Guarded<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    /// A value to share.
    init(_ value: Value) { state = Mutex(value) }

    /// The value; read and written whole.
    var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
