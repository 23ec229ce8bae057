/// The vendor's table of trade conditions (`/v3/reference/conditions?asset_class=stocks&data_type=trade`).
package enum ConditionsJSON {
    /// Id; letters on the tapes CTA and UTP, `-` for none; H, L and V: may change high and low, last, volume; name.
    ///
    /// `?`: the vendor's rules are not known, none are written.
    private static let table = """
        0|@@|HLV|Regular Sale
        1|-A|HLV|Acquisition
        2|BW|V|Average Price Trade
        3|E-|HLV|Automatic Execution
        4|-B|HLV|Bunched Trade
        5|-G|HV|Bunched Sold Trade
        6|I-|HLV|CAP Election
        7|CC|V|Cash Sale
        8|66|HLV|Closing Prints
        9|XX|HLV|Cross Trade
        10|44|HV|Derivatively Priced
        11|-D|HLV|Distribution
        12|TT|V|Form T
        13|UU|V|Extended Trading Hours (Sold Out of Sequence)
        14|FF|HLV|Intermarket Sweep
        15|MM||Market Center Official Close
        16|QQ||Market Center Official Open
        17|OO|HLV|Market Center Opening Trade
        18|55|HLV|Market Center Reopening Trade
        19|66|HLV|Market Center Closing Trade
        20|NN|V|Next Day
        21|HH|V|Price Variation Trade
        22|PP|HV|Prior Reference Price
        23|K-|HLV|Rule 155 Trade
        24|K-|HLV|Rule 127
        25|OO|HLV|Opening Prints
        27|-1|HLV|Stopped Stock
        28|55|HLV|Re-Opening Prints
        29|RR|HV|Seller
        30|LL|HLV|Sold Last
        32|Z-|HV|Sold Out
        33|ZZ|HV|Sold Out of Sequence
        34|-S|HLV|Split Trade
        35|V-|?|Stock Option
        36|-Y|HLV|Yellow Flag
        37|II|V|Odd Lot Trade
        38|99|HL|Corrected Consolidated Close
        41|--|HLV|Trade Thru Exempt
        52|VV|V|Contingent Trade
        53|77|V|Qualified Contingent Trade
        54|--|?|Errored
        57|--|?|Short Sale Restriction Activated
        58|--|?|Short Sale Restriction Continued
        59|--|?|Short Sale Restriction Deactivated
        60|--|?|Short Sale Restriction in Effect
        """

    private static let rows = table.split(separator: "\n").compactMap { line -> Row? in
        let fields = line.split(separator: "|", omittingEmptySubsequences: false)
        guard fields.count == 4, let id = Int(fields[0]), let cta = fields[1].first, let utp = fields[1].last else {
            return nil
        }
        return Row(id: id, cta: String(cta), utp: String(utp), rules: String(fields[2]), name: String(fields[3]))
    }

    private struct Row {
        var id: Int
        var cta: String
        var utp: String
        var rules: String
        var name: String
    }

    /// Rows there are.
    package static var count: Int { rows.count }

    /// Writes rows as a JSON array, by id, each with its update rules where they are known.
    ///
    /// A range beyond the rows is cut.
    package static func writeRows(_ range: Range<Int>, into json: JSONBytes) {
        json.byte(0x5B)
        for (place, row) in rows[range.clamped(to: 0..<rows.count)].enumerated() {
            if place > 0 { json.byte(0x2C) }
            write(row, into: json)
        }
        json.byte(0x5D)
    }

    private static func write(_ row: Row, into json: JSONBytes) {
        json.raw("{\"id\":")
        json.integer(Int64(row.id))
        json.raw(",\"type\":")
        json.string(row.id == 0 ? "regular" : "sale_condition")
        json.raw(",\"name\":")
        json.string(row.name)
        json.raw(",\"asset_class\":\"stocks\",\"sip_mapping\":{")
        if row.cta != "-" {
            json.raw("\"CTA\":")
            json.string(row.cta)
        }
        if row.utp != "-" {
            if row.cta != "-" { json.byte(0x2C) }
            json.raw("\"UTP\":")
            json.string(row.utp)
        }
        json.byte(0x7D)
        if row.rules != "?" {
            json.raw(",\"update_rules\":{\"consolidated\":")
            writeRules(row.rules, into: json)
            json.raw(",\"market_center\":")
            writeRules(row.rules, into: json)
            json.byte(0x7D)
        }
        json.raw(",\"data_types\":[\"trade\"]}")
    }

    private static func writeRules(_ rules: String, into json: JSONBytes) {
        json.raw("{\"updates_high_low\":")
        json.text(rules.contains("H") ? "true" : "false")
        json.raw(",\"updates_open_close\":")
        json.text(rules.contains("L") ? "true" : "false")
        json.raw(",\"updates_volume\":")
        json.text(rules.contains("V") ? "true" : "false")
        json.byte(0x7D)
    }
}
