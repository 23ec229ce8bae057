import NIOCore

/// Broken items put among the good ones of a snapshot or a list of bars.
enum MalformedElements {
    /// Wrong types, absurd numbers, a hostile name, a stray scalar.
    static let items = [
        "{\"ticker\":12,\"min\":{\"av\":5}}", "{\"ticker\":\"BADTYPE\",\"min\":\"none\",\"prevDay\":[1,2]}",
        "{\"ticker\":\"HUGE\",\"min\":{\"av\":1e400,\"v\":-5,\"c\":-1.5,\"t\":99999999999999999999}}", "null", "17",
        "{\"ticker\":\"\\u001b[31mEVIL-TICKER-OF-FORTY-CHARACTERS-OR-MORE\\u0007\",\"lastTrade\":{\"p\":1.5,\"s\":1}}",
        "{}", "{\"ticker\":\"\"}",
    ]

    /// The same for bars: of a range, without `T`, and of a whole market.
    static let bars = [
        "{\"v\":\"many\",\"o\":1,\"c\":1,\"h\":1,\"l\":1,\"t\":1790000000000}", "null", "17", "[1,2]", "{}",
        "{\"T\":12,\"v\":1e400,\"o\":null,\"c\":-1.5,\"h\":{},\"l\":[],\"t\":99999999999999999999,\"n\":-3}",
        "{\"T\":\"\\u001b[31mEVIL-TICKER-OF-FORTY-CHARACTERS-OR-MORE\\u0007\",\"v\":5,\"c\":2,\"t\":null}",
        "{\"T\":\"\",\"v\":1,\"vw\":\"x\",\"o\":2,\"c\":2,\"h\":2,\"l\":2,\"t\":1.5e300,\"n\":1}",
    ]

    /// The same for listed securities.
    static let listings = [
        "null", "17", "[1,2]", "{}", "{\"ticker\":12,\"name\":7,\"type\":[]}", "{\"ticker\":\"\",\"name\":null}",
        "{\"ticker\":\"\\u001b[31mEVIL-TICKER-OF-FORTY-CHARACTERS-OR-MORE\\u0007\",\"name\":\"\\u202egnorw\"}",
        "{\"ticker\":\"ODDTYPE\",\"name\":{\"a\":1},\"type\":\"NEWKIND\",\"primary_exchange\":5,\"active\":\"yes\"}",
    ]

    /// The same for the fundamentals vendor's lists.
    static let fundamentals = [
        "null", "17", "[1,2]", "{}", "{\"symbol\":12,\"floatShares\":5}", "{\"symbol\":\"\",\"marketCap\":1}",
        "{\"symbol\":\"BADTYPE\",\"floatShares\":{},\"outstandingShares\":[],\"marketCap\":true,\"sector\":7}",
        "{\"symbol\":\"HUGE\",\"floatShares\":1e400,\"outstandingShares\":-5,\"marketCap\":99999999999999999999999}",
        "{\"symbol\":\"\\u001b[31mEVIL-TICKER-OF-FORTY-CHARACTERS-OR-MORE\\u0007\",\"floatShares\":\"NaN\"}",
    ]

    /// The body with broken items at the start of its first list of tickers or results, or of the list that it is;
    /// unchanged if it has none.
    static func added(to body: ByteBuffer, path: String) -> ByteBuffer {
        let start = Array(body.readableBytesView.prefix(250))
        let results = path.contains("/reference/tickers") ? listings : bars
        for (marker, items) in [("\"tickers\":[", items), ("\"results\":[", results), ("[", fundamentals)] {
            if marker == "[", start.first != 0x5B { continue }
            let marker = Array(marker.utf8)
            guard start.count > marker.count,
                let place = (0...(start.count - marker.count)).first(where: {
                    start[$0..<$0 + marker.count].elementsEqual(marker)
                })
            else { continue }
            var rest = body
            var result = rest.readSlice(length: place + marker.count) ?? ByteBuffer()
            let isEmpty = rest.readableBytesView.first == 0x5D
            result.writeString(items.joined(separator: ",") + (isEmpty ? "" : ","))
            result.writeBuffer(&rest)
            return result
        }
        return body
    }
}
