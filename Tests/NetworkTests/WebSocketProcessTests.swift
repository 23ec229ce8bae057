import Glibc
import LoopbackSupport
import Network
import Testing

/// What concerns the whole process (its environment, descriptors, memory) is looked at in a process of its own.
@Suite struct WebSocketProcessTests {
    @Test func manyConnectionsLeaveNoDescriptorAndNoMemoryBehind() async {
        await #expect(processExitsWith: .success) {
            let large = WebSocketPeer.frame(1, [UInt8](repeating: 0x78, count: 2 << 20))
            let server = try LoopbackServer { peer in
                switch peer.connection.number % 5 {
                case 0: peer.sendClose(1000)
                case 1: peer.connection.resetAtEnd()
                case 2: peer.send([0xFF])
                case 3:
                    peer.send(text: "hello")
                    peer.connection.clientLeaves()
                default: peer.send(large)
                }
            }
            func connect(_ count: Int) {
                for number in 0..<count {
                    // Some are dropped at every stage, also before the first step.
                    let driver = WebSocketDriver(server)
                    driver.isCountingOnly = true
                    driver.run { driver.end != nil || driver.messages > 0 || (number % 7 == 0) }
                    if driver.end == nil, driver.state == .open, number % 2 == 0 { driver.connection.close() }
                }
            }
            connect(100)
            let before = (descriptors: openDescriptors(), pages: residentPages())
            connect(500)
            server.stop()
            // The listener is gone as well; what the server still closes is not ours.
            let after = (descriptors: openDescriptors(), pages: residentPages())
            try #require(after.descriptors <= before.descriptors, "\(before) \(after)")
            try #require(after.pages - before.pages < 2048, "\(before) \(after)")
        }
    }

    @Test func theEnvironmentsProxyCarriesTheStream() async {
        await #expect(processExitsWith: .success) {
            let server = try LoopbackServer { peer in
                peer.send(text: "through the proxy")
                _ = peer.readFrame()
            }
            defer { server.stop() }
            let proxy = try ConnectProxy(to: server.port)
            defer { proxy.stop() }
            setenv("http_proxy", "http://127.0.0.1:\(proxy.port)", 1)
            // A name only the proxy knows.
            let driver = WebSocketDriver("ws://feed.invalid/stocks")
            driver.run { driver.messages == 1 || driver.end != nil }
            try #require(driver.texts == ["through the proxy"], "\(driver.state)")
            driver.connection.drop()
            try #require(proxy.requests.first?.hasPrefix("CONNECT feed.invalid:80 HTTP/1.1\r\n") == true)
            try #require(server.requests.first.flatMap { WebSocketPeer.field("Host", of: $0) } == "feed.invalid")
            // This machine is never asked for through a proxy, and names it must not be used for neither.
            let direct = WebSocketDriver(server)
            direct.run { direct.messages == 1 || direct.end != nil }
            try #require(direct.messages == 1 && proxy.requests.count == 1, "\(direct.state)")
            setenv("no_proxy", "feed.invalid", 1)
            let unresolved = WebSocketDriver("ws://feed.invalid/stocks").runToEnd()
            try #require(unresolved == .failed(.couldNotResolve(host: "ws://feed.invalid")), "\(unresolved as Any)")
        }
    }

    @Test func aProxyThatRefusesOrIsNotThereIsSaidSo() async {
        await #expect(processExitsWith: .success) {
            let proxy = try LoopbackServer { connection, _ in
                connection.answer("", status: "403 Forbidden")
                return false
            }
            setenv("http_proxy", "http://127.0.0.1:\(proxy.port)", 1)
            let host = "ws://feed.invalid"
            let refused = WebSocketDriver(host)
            guard case .failed(.unreachable(host, let detail)) = refused.runToEnd() else {
                throw Unexpected(state: refused.state)
            }
            try #require(detail.contains("403"), "\(detail)")
            proxy.stop()
            let absent = WebSocketDriver(host)
            guard case .failed(.unreachable(host, let other)) = absent.runToEnd() else {
                throw Unexpected(state: absent.state)
            }
            try #require(other.contains("127.0.0.1"), "\(other)")
        }
    }
}

/// Entries of the process's table of descriptors.
private func openDescriptors() -> Int {
    guard let folder = opendir("/proc/self/fd") else { return -1 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
}

/// Memory of the process that is really there, in pages.
private func residentPages() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 200)
    guard fgets(&text, 200, file) != nil else { return 0 }
    let words = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.split(separator: UInt8(ascii: " "))
    return words.count > 1 ? Int(String(decoding: words[1], as: UTF8.self)) ?? 0 : 0
}
