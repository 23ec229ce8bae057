import Gateway
import Glibc
import Testing

@Suite struct GatewaySocketTests {
    private func server(_ path: String) -> GatewayServer {
        GatewayServer(path: path, engine: FakeEngine(), origin: GatewayOrigin(name: "demo", version: "1"))
    }

    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : nil
    }

    /// A socket at which nobody listens any more.
    private func leaveStale(_ path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(descriptor)
        try #require(code == 0)
    }

    @Test func onlyTheOwnerCanReachIt() throws {
        let folder = try TestFolder()
        let path = folder.path + "/a/b/engine.sock"
        let server = server(path)
        try server.start()
        #expect(mode(path) == S_IFSOCK | 0o600)
        #expect(mode(folder.path + "/a/b") == S_IFDIR | 0o700)
        #expect(mode(folder.path + "/a") == S_IFDIR | 0o700)
        server.stop()
        #expect(mode(path) == nil)
    }

    @Test(arguments: [0o777, 0o770, 0o702] as [mode_t])
    func aFolderOthersMayWriteInIsRefused(mode: mode_t) throws {
        let folder = try TestFolder()
        chmod(folder.path, mode)
        let error = #expect(throws: GatewayError.self) { try self.server(folder.path + "/s").start() }
        #expect(error?.description.contains("others may write") == true)
        #expect(self.mode(folder.path + "/s") == nil)
    }

    @Test func aFolderOfSomebodyElseIsRefused() throws {
        let folder = try TestFolder()
        // Only the superuser can give a folder away; for everybody else the root folder is somebody else's.
        let isRoot = geteuid() == 0
        if isRoot { try #require(chown(folder.path, 12_345, 12_345) == 0) }
        let path = isRoot ? folder.path + "/s" : "/tradeul-test.sock"
        let error = #expect(throws: GatewayError.self) { try self.server(path).start() }
        #expect(error?.description.contains("belongs to somebody else") == true, "\(String(describing: error))")
        #expect(mode(path) == nil)
    }

    @Test func aSocketNobodyAnswersAtIsReplaced() throws {
        let folder = try TestFolder()
        let path = folder.path + "/s"
        try leaveStale(path)
        #expect(UnixClient(path) == nil)
        let server = server(path)
        try server.start()
        #expect(UnixClient(path) != nil)
        #expect(mode(path) == S_IFSOCK | 0o600)
        server.stop()
    }

    @Test func aSocketSomebodyAnswersAtStays() throws {
        let gateway = try TestGateway()
        let second = server(gateway.path)
        #expect(throws: GatewayError.inUse(path: gateway.path)) { try second.start() }
        second.stop()
        #expect(try gateway.get("/v1/status").status == 200)
        #expect(throws: GatewayError.isRunning) { try gateway.server.start() }
    }

    @Test func whatIsNoSocketIsLeftAlone() throws {
        let folder = try TestFolder()
        let path = folder.path + "/s"
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        #expect(throws: GatewayError.notASocket(path: path)) { try self.server(path).start() }
        #expect(mode(path) == S_IFREG | 0o600)
        let error = #expect(throws: GatewayError.self) { try self.server(path + "/t").start() }
        #expect(
            error?.description.contains("Not a directory") == true || error?.description.contains("no folder") == true
        )
    }

    @Test func pathsThatCannotBeAreExplained() throws {
        let long = "/tmp/" + String(repeating: "x", count: 96)
        #expect(throws: GatewayError.pathTooLong(bytes: 101)) { try self.server(long).start() }
        for path in ["", "engine.sock", "/tmp/", "/tmp/a\u{0}b"] {
            #expect(throws: GatewayError.badPath) { try self.server(path).start() }
        }
    }

    @Test func stopClosesConnectionsAndLeavesAnothersSocket() throws {
        let gateway = try TestGateway()
        let client = try gateway.client()
        client.send("GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(client.answer()?.status == 200)
        // Somebody has put another socket in its place.
        unlink(gateway.path)
        try leaveStale(gateway.path)
        gateway.server.stop()
        #expect(client.isClosedByPeer())
        #expect(mode(gateway.path) != nil)
        gateway.server.stop()
        try gateway.server.start()
        #expect(try gateway.get("/v1/status").status == 200)
    }
}
