import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network

// Where the stream is and how it is held, as the trader has set it.

extension Startup {
    /// The WebSocket's address.
    ///
    /// Unless it is named, it follows the REST address: a simulator on this machine serves both on one port, and the vendor
    /// has two names. A key for one server is never sent to another by default.
    var streamURL: String {
        let named = settings.feed.streamURL
        guard loaded.origin("feed.stream_url") == .fallback else { return named }
        let rest = settings.feed.restURL
        if HTTPRequest(url: rest).isForThisMachine {
            let scheme = rest.lowercased().hasPrefix("https://") ? "wss" : "ws"
            return "\(scheme)://\(RedactedURL.host(rest))/stocks"
        }
        return RedactedURL.host(rest).lowercased().hasSuffix("massive.com") ? "wss://socket.massive.com" : named
    }

    /// Whether the stream is 15 minutes late: such a plan has neither quotes nor limit bands.
    var isStreamDelayed: Bool { RedactedURL.host(streamURL).lowercased().hasPrefix("delayed.") }

    /// What the engine subscribes and keeps.
    var streamSettings: StreamSettings {
        var stream = StreamSettings()
        stream.shortListMax = settings.stream.enabled ? settings.stream.shortList : 0
        stream.lingerSeconds = settings.stream.lingerSeconds
        stream.pairsMax = settings.stream.pairsMax
        stream.hasQuotes = settings.stream.quotes && !isStreamDelayed
        stream.storedTicks = settings.ticks.store
        return stream
    }

    /// The trader's own tickers.
    var watchlist: [Symbol] { SymbolWords.read(settings.watchlist.symbols) ?? [] }

    /// How the stream is connected to.
    func streamConfiguration(url: String, key: Secret?, keyHint: String) -> PolygonStream.Configuration {
        var configuration = PolygonStream.Configuration(streamURL: url, key: key, keyHint: keyHint)
        configuration.livenessSeconds = settings.stream.livenessSeconds
        configuration.limits.connectTimeoutMs = settings.feed.connectTimeoutSeconds * 1000
        configuration.limits.maxMessageBytes = settings.feed.maxBodyMB << 20
        configuration.jitterSeed = UInt64(bitPattern: MonotonicTime.now().nanoseconds)
        return configuration
    }

    /// Refuses a WebSocket address to which the key would travel in clear text.
    ///
    /// - Throws: ``Failure`` with status 78.
    func requireSafeStreamAddress() throws(Failure) {
        let url = streamURL
        let asHTTP = "http" + url.dropFirst(2)
        guard url.lowercased().hasPrefix("ws://"), !HTTPRequest(url: asHTTP).isForThisMachine else { return }
        throw Failure(
            status: .configuration,
            sentence: "feed.stream_url \(RedactedURL.origin(url)) would send the key in clear text: use wss://"
        )
    }
}
