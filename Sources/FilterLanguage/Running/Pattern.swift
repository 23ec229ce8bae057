import CRegex

/// A compiled regular expression; matches in time linear in the text.
final class Pattern: Sendable {
    // Guard: set once in `init`, freed in `deinit`; RE2's matching on a const object may run on any number of threads.
    private nonisolated(unsafe) let regex: OpaquePointer

    /// Compiles a pattern; throws the reason in RE2's words.
    init(_ pattern: String, memoryMax: Int) throws(PatternProblem) {
        var reason = [CChar](repeating: 0, count: 256)
        var text = pattern
        let made = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                tradeul_regex_compile(characters.baseAddress, characters.count, memoryMax, &reason, reason.count)
            }
        }
        guard let made else {
            let bytes = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw PatternProblem(reason: String(decoding: bytes, as: UTF8.self))
        }
        regex = made
    }

    deinit { tradeul_regex_free(regex) }

    /// Whether the pattern occurs in a text.
    func occurs(in text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { tradeul_regex_matches(regex, $0.baseAddress, $0.count) }
        }
    }
}

/// Why a pattern cannot be used.
struct PatternProblem: Error, Equatable {
    /// RE2's words.
    var reason: String
}
