import NIOCore
import NIOHTTP1

/// Reduces `Accept-Encoding` to gzip where a client accepts it: the vendor answers in gzip, never in deflate.
final class PreferGzipHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else {
            context.fireChannelRead(data)
            return
        }
        let accepted = head.headers[canonicalForm: "accept-encoding"].contains { $0.hasPrefix("gzip") }
        head.headers.remove(name: "accept-encoding")
        if accepted { head.headers.add(name: "accept-encoding", value: "gzip") }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}
