import Network
import Testing

@Suite struct SecretTests {
    private struct Holder {
        var name = "holder"
        var secret: Secret
    }

    @Test func neverShowsItsText() {
        let secret = Secret("s3cr3t-key")
        var dumped = ""
        dump(Holder(secret: secret), to: &dumped)
        let request = HTTPRequest(url: "http://host/", bearer: secret)
        var dumpedRequest = ""
        dump(request, to: &dumpedRequest)
        let texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), dumped, "\(Holder(secret: secret))",
            "\(request)", String(reflecting: request), dumpedRequest, "\([secret])", "\(Optional(secret) as Any)",
        ]
        for text in texts { #expect(!text.contains("s3cr3t")) }
        #expect(secret.revealed == "s3cr3t-key")
    }

    @Test(arguments: [("key\n", "key"), ("  key \r\n", "key"), ("\n", ""), ("", "")])
    func dropsSurroundingWhiteSpace(given: String, kept: String) {
        #expect(Secret(given).revealed == kept)
        #expect(Secret(given).isEmpty == kept.isEmpty)
    }
}
