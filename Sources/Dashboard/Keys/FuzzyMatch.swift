/// Finds letters in their order within a text, and says how well they fit.
///
/// Words are separated by spaces, each is sought by itself. What stands together counts more than what is scattered,
/// beginnings of words more than their middles, the title more than what is typed for it. At most a few comparisons per
/// letter: 600 entries take well below a millisecond.
enum FuzzyMatch {
    /// Letters in lower case, one byte per character; others than ASCII as 0xFF.
    static func folded(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { scalar in
            switch scalar.value {
            case 0x41...0x5A: UInt8(scalar.value + 0x20)
            case 0...0x7E: UInt8(scalar.value)
            default: 0xFF
            }
        }
    }

    /// The words of what was typed.
    static func words(_ typed: String) -> [[UInt8]] {
        typed.split(separator: " ").map { folded(String($0)) }
    }

    /// How well words fit a text; nil when one of them is not in it.
    static func score(_ words: [[UInt8]], _ text: [UInt8], titleCount: Int) -> Int? {
        var sum = 0
        for word in words {
            guard let hit = best(word, text, titleCount: titleCount) else { return nil }
            sum += hit.score
        }
        return sum
    }

    /// Which characters of the title the words matched.
    static func places(_ words: [[UInt8]], _ text: [UInt8], titleCount: Int) -> Set<Int> {
        var places: Set<Int> = []
        for word in words {
            guard let hit = best(word, text, titleCount: titleCount) else { continue }
            places.formUnion(hit.places(word, text).filter { $0 < titleCount })
        }
        return places
    }

    private struct Hit {
        var score: Int
        var start: Int
        var isTogether: Bool

        func places(_ word: [UInt8], _ text: [UInt8]) -> [Int] {
            if isTogether { return Array(start..<(start + word.count)) }
            return FuzzyMatch.scattered(word, text, from: start)?.places ?? []
        }
    }

    private static func best(_ word: [UInt8], _ text: [UInt8], titleCount: Int) -> Hit? {
        guard let first = word.first, word.count <= text.count else { return nil }
        var best: Hit?
        for start in 0...(text.count - word.count) where text[start] == first {
            guard (1..<word.count).allSatisfy({ text[start + $0] == word[$0] }) else { continue }
            var score = 40 + 6 * word.count - min(start, 20) / 2
            if isWordStart(start, text) { score += 30 }
            let end = start + word.count
            if end == text.count || !isLetter(text[end]) { score += 8 }
            if start >= titleCount { score -= 15 }
            if score > best?.score ?? .min { best = Hit(score: score, start: start, isTogether: true) }
        }
        if best != nil || word.count < 2 { return best }
        // Scattered letters count within the title only, from the beginning of a word.
        var tries = 0
        for start in 0..<min(titleCount, text.count) where text[start] == first && isWordStart(start, text) {
            guard let hit = scattered(word, text, from: start), (hit.places.last ?? 0) < titleCount else { continue }
            if hit.score > best?.score ?? .min { best = Hit(score: hit.score, start: start, isTogether: false) }
            tries += 1
            if tries == 4 { break }
        }
        return best
    }

    private static func scattered(_ word: [UInt8], _ text: [UInt8], from start: Int) -> (score: Int, places: [Int])? {
        var places = [start]
        var score = 8
        for letter in word.dropFirst() {
            let last = places.last ?? start
            var place = last + 1
            while place < text.count, text[place] != letter { place += 1 }
            guard place < text.count else { return nil }
            // The beginning of a later word is what was meant, rather than any letter before it.
            if place != last + 1 {
                var later = place
                while later < text.count, !(text[later] == letter && isWordStart(later, text)) { later += 1 }
                if later < text.count, later - last <= 24 { place = later }
            }
            score += place == last + 1 ? 4 : isWordStart(place, text) ? 6 : 1
            places.append(place)
        }
        // Initials are meant as such.
        if places.allSatisfy({ isWordStart($0, text) }) { score += 60 }
        let span = (places.last ?? start) - start
        return span <= 48 ? (score - span / 4, places) : nil
    }

    private static func isWordStart(_ index: Int, _ text: [UInt8]) -> Bool { index == 0 || !isLetter(text[index - 1]) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0xFF
    }
}
