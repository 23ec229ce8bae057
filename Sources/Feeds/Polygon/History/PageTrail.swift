/// The pages of one answer: follows `next_url` as the vendor wrote it, but not everywhere and not for ever.
///
/// Its pages are at the server that was asked: the key goes with the request, and must not go to another. A vendor's own
/// two names are two servers here, as it answers with the name it was asked by.
package struct PageTrail: Sendable {
    /// Why a next page is not asked for.
    package enum Refusal: Error, Equatable, Sendable {
        /// The address is empty.
        case blank
        /// Not an absolute http or https address, or with characters no address has.
        case unusable
        /// Another scheme, host or port.
        case otherOrigin
        /// An address that has been asked already.
        case repeated
        /// More pages than any answer has.
        case tooMany(limit: Int)

        /// What is wrong, as the part of a sentence after "the answer".
        package var words: String {
            switch self {
            case .blank: "names an empty address for its next page"
            case .unusable: "names an address for its next page that is none"
            case .otherOrigin: "names another server for its next page"
            case .repeated: "names a next page that came already"
            case .tooMany(let limit): "has more than \(limit) pages"
            }
        }
    }

    private var visited: Set<String>
    private let origin: URLOrigin?
    private let pagesMax: Int

    /// A trail that begins with the first page's address; `pagesMax` counts that page too.
    package init(first url: String, pagesMax: Int) {
        visited = [url]
        origin = URLOrigin(url)
        self.pagesMax = pagesMax
    }

    /// Takes the next page's address, or throws why not.
    package mutating func advance(to url: String) throws(Refusal) {
        guard !url.isEmpty else { throw .blank }
        guard let next = URLOrigin(url) else { throw .unusable }
        guard next == origin else { throw .otherOrigin }
        guard !visited.contains(url) else { throw .repeated }
        guard visited.count < pagesMax else { throw .tooMany(limit: pagesMax) }
        visited.insert(url)
    }
}

/// Scheme, host and port of an address.
package struct URLOrigin: Hashable, Sendable {
    private let scheme: String
    private let host: String
    private let port: Int

    /// Of an absolute http or https address; nil for anything else, and for one with a user name, a fragment, blanks or
    /// characters that need encoding: what two readers may read differently is not followed.
    package init?(_ url: String) {
        let bytes = Array(url.utf8)
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "#") })
        else { return nil }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        guard bytes[colon...].starts(with: "://".utf8) else { return nil }
        let authority = bytes[(colon + 3)...].prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard !authority.contains(UInt8(ascii: "@")) else { return nil }
        let standard = scheme == "https" ? 443 : 80
        // The last colon outside of brackets: an IPv6 address has some of its own.
        let end = authority.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
        guard let mark = authority[end...].lastIndex(of: UInt8(ascii: ":")) else {
            guard !authority.isEmpty else { return nil }
            host = String(decoding: authority, as: UTF8.self).lowercased()
            port = standard
            return
        }
        let digits = String(decoding: authority[(mark + 1)...], as: UTF8.self)
        guard mark > authority.startIndex, let number = digits.isEmpty ? standard : Int(digits),
            (1...65_535).contains(number)
        else { return nil }
        host = String(decoding: authority[..<mark], as: UTF8.self).lowercased()
        port = number
    }
}
