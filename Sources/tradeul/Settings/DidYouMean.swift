/// Finds the name a trader probably meant.
enum DidYouMean {
    /// The candidate with the fewest edits, at most three or a third of the text's length; nil when none is near.
    ///
    /// Of equally near ones the first counts.
    static func nearest(to text: String, among candidates: [String]) -> String? {
        let wanted = Array(text.lowercased().unicodeScalars.prefix(lengthMax))
        let limit = min(3, max(1, wanted.count / 3))
        var best: (distance: Int, candidate: String)?
        for candidate in candidates {
            let distance = edits(wanted, Array(candidate.lowercased().unicodeScalars.prefix(lengthMax)))
            if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.candidate
    }

    /// Longer texts are compared by their beginnings only, so that a huge key costs nothing.
    private static let lengthMax = 64

    /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
    private static func edits(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for (row, left) in first.enumerated() {
            var current = [row + 1]
            for (column, right) in second.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (left == right ? 0 : 1))
                if row > 0, column > 0, left == second[column - 1], first[row - 1] == right {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[second.count]
    }
}
