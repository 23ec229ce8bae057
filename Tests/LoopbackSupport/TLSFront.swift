import Glibc

/// stunnel in front of a plain server on loopback: one port for each certificate a client may be shown.
///
/// Keys and certificates are made anew in a folder of their own and go with it.
package final class TLSFront {
    /// What the client is shown.
    package enum Certificate: String, CaseIterable, Sendable {
        /// For 127.0.0.1 and `feed.invalid`, vouched for by the authority in `caFile`.
        case good
        /// The same, but of yesterday.
        case expired
        /// The same, but for another host.
        case wrongHost
        /// The same, but vouched for by nobody.
        case selfSigned
    }

    /// The authority, as PEM.
    package var caFile: String { folder + "/ca.pem" }

    private let folder: String
    private var ports: [Certificate: UInt16] = [:]
    private var stunnel: ChildProcess?

    /// Makes the certificates and starts stunnel; throws what openssl or stunnel said when they fail.
    package init(to target: UInt16) throws {
        var template = "/tmp/tradeul-tls-XXXXXX".utf8CString.map { $0 }
        guard mkdtemp(&template) != nil else { throw ChildProcess.Failure(description: "no folder in /tmp") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do {
            try makeCertificates()
            // A port that was free may be taken by the time stunnel wants it.
            for attempt in 1... {
                do {
                    try start(target)
                    break
                } catch  where attempt < 3 {
                    stunnel?.end()
                }
            }
        } catch {
            stop()
            throw error
        }
    }

    deinit { stop() }

    /// Where the certificate is shown, on 127.0.0.1.
    package func port(_ certificate: Certificate) -> UInt16 { ports[certificate] ?? 0 }

    /// Ends stunnel and removes the folder.
    package func stop() {
        stunnel?.end()
        stunnel = nil
        for name in ["ca", "stunnel"] + Certificate.allCases.map(\.rawValue) {
            for ending in [".pem", ".key", ".csr", ".conf", ".log"] { unlink("\(folder)/\(name)\(ending)") }
        }
        rmdir(folder)
    }

    private func makeCertificates() throws {
        try make("ca", ["-subj", "/CN=An authority for tests", "-addext", "basicConstraints=critical,CA:TRUE"])
        let address = "IP:127.0.0.1,DNS:feed.invalid"
        let signed = ["-CA", caFile, "-CAkey", folder + "/ca.key", "-addext", "basicConstraints=critical,CA:FALSE"]
        try make("good", signed, names: address)
        try makeExpired(names: address)
        try make("wrongHost", signed, names: "DNS:other.example")
        try make("selfSigned", [], names: address)
    }

    private func make(_ name: String, _ arguments: [String], names: String? = nil) throws {
        let files = ["-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).pem"]
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        let subject = names.map { ["-subj", "/CN=\(name)", "-addext", "subjectAltName=\($0)"] } ?? []
        let all = ["req", "-x509", "-days", "2"] + key + arguments + subject + files
        try ChildProcess("openssl", all, output: folder + "/ca.log").finish()
    }

    /// Only the other way of signing, by a request, takes an end in the past.
    private func makeExpired(names: String) throws {
        let path = folder + "/expired"
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path + ".key"]
        let subject = ["-subj", "/CN=expired", "-addext", "subjectAltName=\(names)", "-out", path + ".csr"]
        try ChildProcess("openssl", ["req", "-new"] + key + subject, output: folder + "/ca.log").finish()
        let signing = ["-CA", caFile, "-CAkey", folder + "/ca.key", "-set_serial", "7", "-copy_extensions", "copy"]
        let files = ["-in", path + ".csr", "-out", path + ".pem"]
        let all = ["x509", "-req", "-days", "-1"] + signing + files
        try ChildProcess("openssl", all, output: folder + "/ca.log").finish()
    }

    private func start(_ target: UInt16) throws {
        ports = [:]
        var text = "foreground = yes\npid =\nsyslog = no\ndebug = 3\n"
        let listeners = try Certificate.allCases.map { _ in try LoopbackServer.listen() }
        for (descriptor, _) in listeners { close(descriptor) }
        for (certificate, listener) in zip(Certificate.allCases, listeners) {
            ports[certificate] = listener.1
            text += "[\(certificate)]\naccept = 127.0.0.1:\(listener.1)\nconnect = 127.0.0.1:\(target)\n"
            text += "cert = \(folder)/\(certificate).pem\nkey = \(folder)/\(certificate).key\nTIMEOUTclose = 0\n"
        }
        let file = open(folder + "/stunnel.conf", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let bytes = Array(text.utf8)
        let written = write(file, bytes, bytes.count)
        close(file)
        guard written == bytes.count else { throw ChildProcess.Failure(description: "no file in \(folder)") }
        // `timeout` ends it even when the tests are killed and cannot.
        let arguments = ["-k", "2", "300", "stunnel", folder + "/stunnel.conf"]
        let process = try ChildProcess("timeout", arguments, output: folder + "/stunnel.log")
        stunnel = process
        for _ in 0..<1000 where process.isRunning {
            let reached = ports.values.filter { port in
                guard let descriptor = LoopbackServer.connect(to: port) else { return false }
                close(descriptor)
                return true
            }
            if reached.count == ports.count { return }
            poll(nil, 0, 10)
        }
        throw process.failure
    }
}
