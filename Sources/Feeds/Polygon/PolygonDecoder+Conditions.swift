import CFastJSON
package import MarketData
package import Network

/// The vendor's table of trade conditions.
package struct ConditionsPage: Equatable, Sendable {
    /// Rows that tell all three rules, in the vendor's order; ids may repeat.
    package var conditions: [TradeCondition]
    /// Elements that could not be used.
    package var malformed: Int
    /// The vendor has more rows than it sent; they are not asked for, since a page holds several times all there are.
    package var hasMore: Bool
}

extension PolygonDecoder {
    /// What is asked for: all conditions of trades in stocks.
    static let conditionsQuery = "?asset_class=stocks&data_type=trade&limit=1000"

    /// The longest name of a condition, in characters.
    static let conditionNameMax = 64

    /// `GET /v3/reference/conditions`: the rules of the consolidated tape.
    ///
    /// Rows that are none of trades, and rows without rules (which change nothing that is known), are left out.
    package func conditions(_ body: ResponseBody) throws(DecodeError) -> ConditionsPage {
        var columns = fastjson_conditions()
        try read(body, rowsMax: Int(FASTJSON_CONDITIONS_MAX)) { fastjson_decode_conditions($0, $1, $2, &columns) }
        var page = ConditionsPage(conditions: [], malformed: columns.malformed, hasMore: columns.next_url != nil)
        for row in UnsafeBufferPointer(start: columns.rows, count: columns.count) {
            let name = VendorText.clean(text(of: row.name), lengthMax: Self.conditionNameMax)
            guard !name.isEmpty else {
                page.malformed += 1
                continue
            }
            page.conditions.append(TradeCondition(id: row.id, name: name, effect: effect(row.effect)))
        }
        return page
    }

    private func effect(_ bits: UInt8) -> TradeEffect {
        let effects: [(Int, TradeEffect)] = [
            (FASTJSON_UPDATES_LAST, .last), (FASTJSON_UPDATES_HIGH_LOW, .highLow), (FASTJSON_UPDATES_VOLUME, .volume),
        ]
        return effects.reduce(into: TradeEffect()) { effect, pair in
            if Int(bits) & pair.0 != 0 { effect.insert(pair.1) }
        }
    }
}
