import Glibc

/// How the C library's allocator keeps memory.
///
/// Every thread that allocates gets an arena of its own, up to eight per processor, and none gives back what another
/// needs: with the threads of feed, engine, history and writer that was 16 MiB of 169. Looked up at run time because
/// Glibc's module leaves <malloc.h> out; where a function is missing nothing is tuned.
enum Allocator {
    /// `M_ARENA_MAX` of <malloc.h>.
    private static let arenaMax: Int32 = -8
    /// Arenas of the process: one for the engine's thread and one for whoever allocates beside it.
    private static let arenas: Int32 = 2

    /// Bounds the arenas; call it before the first thread is started.
    static func tune() {
        typealias Mallopt = @convention(c) (Int32, Int32) -> Int32
        guard let address = LoadedLibraries.symbol("mallopt") else { return }
        _ = unsafeBitCast(address, to: Mallopt.self)(arenaMax, arenas)
    }

    /// Gives memory that is free back to the system: after work that needed much of it once.
    static func trim() {
        typealias Trim = @convention(c) (Int) -> Int32
        guard let address = LoadedLibraries.symbol("malloc_trim") else { return }
        _ = unsafeBitCast(address, to: Trim.self)(0)
    }
}
