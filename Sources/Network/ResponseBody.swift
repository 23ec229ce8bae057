import Glibc
import Synchronization

/// The bytes of one answer, handed over without a copy.
///
/// The memory comes from the client's pool and returns to it when the last reference goes, so a 6–15 MB snapshot every
/// 5 s costs no allocation after the first. Safe to read from any thread; immutable.
///
/// `@unchecked Sendable`: the memory is written only before `init` and freed only in `deinit`; nobody else holds it.
package final class ResponseBody: @unchecked Sendable {
    /// Readable zero bytes that follow the body, as simdjson wants them.
    package static let padding = 64

    /// Bytes of the body, without the padding.
    package let count: Int
    private let memory: BodyMemory
    private let pool: BodyPool?

    init(sealing buffer: consuming BodyBuffer, pool: BodyPool?) {
        count = buffer.count
        memory = buffer.sealed()
        self.pool = pool
    }

    /// A body from bytes already at hand, for tests and replays; copies them once.
    package convenience init(copying bytes: [UInt8]) {
        var buffer = BodyBuffer(memory: nil, limit: bytes.count)
        // Within its own limit an append fails only when memory is exhausted, where nothing sensible is left to do.
        let fits = bytes.withUnsafeBytes { buffer.append($0) }
        precondition(fits == .appended, "Invariant: there is memory for \(bytes.count) bytes")
        self.init(sealing: buffer, pool: nil)
    }

    deinit {
        if let pool { pool.giveBack(memory) } else { memory.free() }
    }

    /// Calls `use` with the body; at least `padding` more zero bytes may be read behind its end.
    package func withBytes<Answer, Failure>(
        _ use: (UnsafeRawBufferPointer) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        // The memory lives as long as `self`, which the caller holds across the call.
        try use(UnsafeRawBufferPointer(start: memory.base, count: count))
    }

    /// A copy of the first bytes; for error texts and tests.
    package func prefix(_ length: Int) -> [UInt8] {
        withBytes { Array($0.prefix(length)) }
    }
}

/// A block from malloc; owned by exactly one of buffer, body or pool.
struct BodyMemory {
    var base: UnsafeMutableRawPointer?
    var capacity: Int

    static var none: Self { Self(base: nil, capacity: 0) }

    func free() { Glibc.free(base) }
}

/// A growing buffer that knows its limit; confined to the thread that fills it.
struct BodyBuffer: ~Copyable {
    enum Appended: Equatable { case appended, overLimit, outOfMemory }

    private(set) var count = 0
    private var memory: BodyMemory
    private let limit: Int

    init(memory: BodyMemory?, limit: Int) {
        self.memory = memory ?? .none
        self.limit = limit
    }

    deinit { memory.free() }

    mutating func append(_ bytes: UnsafeRawBufferPointer) -> Appended {
        guard bytes.count <= limit - count else { return .overLimit }
        guard reserve(count + bytes.count) else { return .outOfMemory }
        if let base = memory.base, let source = bytes.baseAddress {
            memcpy(base + count, source, bytes.count)
            count += bytes.count
        }
        return .appended
    }

    /// The bytes, with the padding behind them zeroed; valid until the buffer changes.
    ///
    /// Nil when there is no memory.
    mutating func padded() -> UnsafeBufferPointer<UInt8>? {
        guard reserve(count), let base = memory.base else { return nil }
        memset(base + count, 0, ResponseBody.padding)
        return UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: count)
    }

    /// Forgets the bytes; memory of more than `kept` bytes is given back.
    mutating func clear(keeping kept: Int) {
        count = 0
        guard memory.capacity > kept else { return }
        memory.free()
        memory = .none
    }

    /// The memory with its padding zeroed; the buffer is used up.
    consuming func sealed() -> BodyMemory {
        // Only a failed malloc of a few bytes leaves no memory here, and then `count` is 0 and nothing is readable.
        if reserve(count), let base = memory.base { memset(base + count, 0, ResponseBody.padding) }
        let sealed = memory
        memory = .none
        return sealed
    }

    private mutating func reserve(_ bytes: Int) -> Bool {
        let needed = bytes + ResponseBody.padding
        guard needed > memory.capacity else { return true }
        let roomy = min(max(needed, memory.capacity * 2, 4096), limit + ResponseBody.padding)
        guard let base = realloc(memory.base, roomy) else { return false }
        memory = BodyMemory(base: base, capacity: roomy)
        return true
    }
}

/// Memory of finished large bodies, kept for the next ones: at most `countMax` blocks, dearest first out.
///
/// `memory` is guarded by its mutex.
final class BodyPool: Sendable {
    /// Requests that allow less than this get fresh memory: small answers must not occupy a large block.
    static let pooledFromBytes = 1 << 21
    /// A block grown beyond this, as by a hostile answer, is freed instead of kept.
    static let keptBytesMax = 32 << 20
    static let countMax = 2

    // Raw pointers are not Sendable; a block in this list belongs to nobody else, and the mutex orders its hand-over.
    private struct Free: @unchecked Sendable { var blocks: [BodyMemory] = [] }
    private let memory = Mutex(Free())

    /// Capacities of the blocks at hand, in bytes, oldest first.
    var keptBytes: [Int] { memory.withLock { $0.blocks.map(\.capacity) } }

    func buffer(limit: Int) -> BodyBuffer {
        guard limit >= Self.pooledFromBytes else { return BodyBuffer(memory: nil, limit: limit) }
        let block = memory.withLock { free in Free(blocks: free.blocks.popLast().map { [$0] } ?? []) }
        return BodyBuffer(memory: block.blocks.first, limit: limit)
    }

    func giveBack(_ block: BodyMemory) {
        let offered = Free(blocks: [block])
        let fits = (Self.pooledFromBytes...Self.keptBytesMax).contains(block.capacity)
        let kept =
            fits
            && memory.withLock { free in
                guard free.blocks.count < Self.countMax else { return false }
                free.blocks += offered.blocks
                return true
            }
        if !kept { block.free() }
    }

    deinit {
        memory.withLock { free in
            for block in free.blocks { block.free() }
        }
    }
}
