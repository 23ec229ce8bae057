/// The vendor's table of trade conditions (`/v3/reference/conditions`).
package enum ConditionsJSON {
    /// Rows there are.
    package static var count: Int { 0 }

    /// Writes rows as a JSON array, each with its update rules.
    package static func writeRows(_ range: Range<Int>, into json: JSONBytes) {}
}
