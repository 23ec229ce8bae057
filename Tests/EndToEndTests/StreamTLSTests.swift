import EngineAPI
import Feeds
import LoopbackSupport
import MarketServer
import MarketTime
import Testing

/// The stream through stunnel, as a trader's own proxy or the vendor's front would be.
@Suite
struct StreamTLSTests {
    @Test func aGoodCertificateLetsTicksThrough() throws {
        let front = Front()
        defer { front.stop() }
        let rig = try front.rig(.good)
        defer { rig.stop() }
        try rig.waitForSubscriptions()
        rig.clock.run(speed: 20)
        try rig.waitForEvents(500)
        try rig.stopAndCompareVolumes()
        #expect(rig.tap.now.sentences.isEmpty && rig.flow.applied > 500)
        #expect(rig.stop())
    }

    @Test(arguments: [(TLSFront.Certificate.expired, "expired"), (.wrongHost, "127.0.0.1"), (.selfSigned, "self")])
    func aBadCertificateIsRefusedBeforeAnythingIsSaid(_ certificate: TLSFront.Certificate, _ words: String) throws {
        let front = Front()
        defer { front.stop() }
        let rig = try front.rig(certificate)
        defer { rig.stop() }
        try waitUntil("three tries") {
            rig.tap.now.states.count { if case .backingOff = $0 { true } else { false } } >= 3
        }
        for sentence in rig.tap.now.sentences {
            #expect(
                sentence.hasPrefix("No safe connection to wss://127.0.0.1:") && sentence.contains(words),
                "\(sentence)"
            )
            #expect(!sentence.contains("test-key-4711"))
        }
        #expect(rig.tap.now.status.epoch == 0 && rig.tap.events == 0)
        // Not even an upgrade, and so no key, has reached the server.
        #expect(try rig.server.streamConnections().isEmpty)
        #expect(rig.stop())
    }

    /// stunnel before a rig's server.
    private final class Front {
        private var tls: TLSFront?

        func rig(_ certificate: TLSFront.Certificate) throws -> StreamRig {
            try StreamRig(StreamSetup()) { port, configuration in
                let tls = try TLSFront(to: UInt16(port))
                self.tls = tls
                configuration.streamURL = "wss://127.0.0.1:\(tls.port(certificate))"
                configuration.caFile = tls.caFile
            }
        }

        func stop() { tls?.stop() }
    }
}
