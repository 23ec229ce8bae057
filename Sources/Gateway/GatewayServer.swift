package import EngineAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The engine's local socket: HTTP/1.1 with JSON over a Unix domain socket that only its owner can open.
///
/// One event-loop thread of its own; the engine is asked without waiting for it. Everything a client can make large or slow has a
/// limit in ``GatewayLimits``; a connection beyond the limit is closed as it arrives.
package final class GatewayServer: Sendable {
    private let path: String
    private let engine: any EngineClient
    private let bodies: GatewayBodies
    private let limits: GatewayLimits
    private let onProblem: @Sendable (String) -> Void
    /// What runs: guarded by its lock, set by `start`, cleared by `stop`.
    private let running = Mutex<Running?>(nil)

    private struct Running {
        var group: MultiThreadedEventLoopGroup
        var socket: GatewaySocket
        var door: GatewayDoor
    }

    /// A gateway that does not listen yet.
    ///
    /// `path` is the socket's, at most 100 bytes; `onProblem` is told in a sentence, on any thread, when connections can no
    /// longer be accepted.
    package init(
        path: String,
        engine: any EngineClient,
        origin: GatewayOrigin,
        limits: GatewayLimits = GatewayLimits(),
        onProblem: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.path = path
        self.engine = engine
        bodies = GatewayBodies(origin: origin)
        self.limits = limits
        self.onProblem = onProblem
    }

    /// Makes the socket and begins to serve; blocks for moments.
    ///
    /// - Throws: ``GatewayError``, for example that another engine answers there.
    package func start() throws {
        try running.withLock { running in
            guard running == nil else { throw GatewayError.isRunning }
            let socket = try GatewaySocket(path: path)
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let door = GatewayDoor()
            do {
                try serve(socket, on: group, door)
                running = Running(group: group, socket: socket, door: door)
            } catch {
                try? group.syncShutdownGracefully()  // The first error is the one that tells something.
                socket.remove()
                throw GatewayError.system(doing: "serve \(path)", words: "\(error)")
            }
        }
    }

    /// Stops listening, closes every connection at once and removes the socket; does nothing if not running.
    package func stop() {
        let stopped = running.withLock { running in
            let old = running
            running = nil
            return old
        }
        guard let stopped else { return }
        stopped.socket.remove()
        stopped.door.close()
        do {
            try stopped.group.syncShutdownGracefully()
        } catch {
            onProblem("The engine's socket did not stop cleanly: \(error)")
        }
    }

    private func serve(_ socket: GatewaySocket, on group: MultiThreadedEventLoopGroup, _ door: GatewayDoor) throws {
        let (engine, bodies, limits, onProblem) = (engine, bodies, limits, onProblem)
        let loop = group.next()
        let shared = try loop.submit { NIOLoopBound(GatewayConnections(), eventLoop: loop) }.wait()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptWatch(onProblem: onProblem))
                }
            }
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 32_768, high: 131_072))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    let handler = GatewayHandler(engine, bodies, limits, connections: shared.value, door: door)
                    try pipeline.addHandler(handler)
                }
            }
        _ = try bootstrap.withBoundSocket(socket.descriptor).wait()
    }
}

/// The way from the engine's threads to the event loop, shut before the loop ends: answers may come later than that.
final class GatewayDoor: Sendable {
    private let isOpen = Mutex(true)

    /// Has `body` done on the loop; drops it when the loop ends.
    func execute(on loop: any EventLoop, _ body: @escaping @Sendable () -> Void) {
        isOpen.withLock { isOpen in
            if isOpen { loop.execute(body) }
        }
    }

    func close() { isOpen.withLock { $0 = false } }
}

/// Connections open; used on the event loop only.
final class GatewayConnections {
    var count = 0
}

/// Reports when accepting fails, as it does when the process has no file descriptors left.
private final class AcceptWatch: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let onProblem: @Sendable (String) -> Void
    private var hasReported = false

    init(onProblem: @escaping @Sendable (String) -> Void) { self.onProblem = onProblem }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !hasReported { onProblem("The engine's socket cannot accept connections: \(error)") }
        hasReported = true
        context.fireErrorCaught(error)
    }
}
