package import EngineAPI

/// What `POST /v1/scan` asks; absent members mean what their properties say.
package struct GatewayScanRequest: Hashable, Sendable {
    /// A sort key: a column by name, and whether the largest come first; nil takes the column's own order.
    package struct Sort: Hashable, Sendable {
        /// Name or alias of a column.
        package var column: String
        /// Largest first; nil as the column has it.
        package var descending: Bool?

        /// A sort key.
        package init(column: String, descending: Bool? = nil) {
            self.column = column
            self.descending = descending
        }
    }

    /// In the filter language; nil for every ticker.
    package var filter: String?
    /// Only this list's members; nil for the whole market.
    package var list: String?
    /// Most important first; nil is the list's own order, and without one RVOL.
    package var sort: [Sort]?
    /// Names or aliases of columns; nil for price, change, volume and RVOL.
    package var columns: [String]?
    /// First rank, from 0.
    package var from: Int
    /// Rows, at most.
    package var count: Int
    /// What is ranked at all.
    package var gate: ScanGate
    /// Whether the answer tells how many tickers each clause lets pass.
    package var ledger: Bool

    /// Rows where a request does not say how many.
    package static let countDefault = 100

    /// A request.
    package init(
        filter: String? = nil,
        list: String? = nil,
        sort: [Sort]? = nil,
        columns: [String]? = nil,
        from: Int = 0,
        count: Int = GatewayScanRequest.countDefault,
        gate: ScanGate = .wholeMarket,
        ledger: Bool = false
    ) {
        self.filter = filter
        self.list = list
        self.sort = sort
        self.columns = columns
        self.from = from
        self.count = count
        self.gate = gate
        self.ledger = ledger
    }

    /// The request as the body of `POST /v1/scan`.
    package var json: String {
        var writer = GatewayJSONWriter()
        writer.object { writer in
            if let filter { writer.member("filter", filter) }
            if let list { writer.member("list", list) }
            if let sort {
                writer.name("sort")
                writer.array { writer in
                    for key in sort {
                        writer.object { writer in
                            writer.member("column", key.column)
                            if let descending = key.descending { writer.member("descending", descending) }
                        }
                    }
                }
            }
            if let columns { writer.member("columns", texts: columns) }
            writer.member("from", from)
            writer.member("count", count)
            writer.name("gate")
            writer.object { writer in
                writer.member("minPrice", gate.minPrice)
                writer.member("minVolume", gate.minVolume)
                writer.member("minDollarVolume", gate.minDollarVolume)
                writer.member("includesTestTickers", gate.includesTestTickers)
            }
            writer.member("ledger", ledger)
        }
        return writer.text
    }
}

/// Why a request is not carried out: an HTTP status and a sentence.
package struct GatewayRefusal: Error, Hashable, CustomStringConvertible {
    /// The HTTP status.
    package var status: Int
    /// What is wrong and what to do; without control characters.
    package var description: String

    init(_ status: Int, _ sentence: String) {
        self.status = status
        description = sentence
    }
}
