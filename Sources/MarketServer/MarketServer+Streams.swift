import NIOCore
import NIOPosix

extension MarketServer {
    /// Replaces what goes wrong with the WebSocket, from now on and for servers started later.
    ///
    /// Open connections are numbered anew, the oldest first; lasting troubles that are not in the new plan end.
    package func setStreamFaults(_ plan: StreamFaultPlan) throws {
        keep(plan)
        try withStreams { $0.set(plan) }
    }

    /// Lets a trouble befall every open WebSocket at once, by default a TCP reset; lasting ones are for plans.
    package func dropStreams(by fault: StreamFault = .reset) throws {
        try withStreams { $0.strike(fault) }
    }

    /// The open WebSockets and the last ones that ended, in order of their numbers; none while not running.
    package func streamConnections() throws -> [StreamConnection] {
        try withStreams { $0.connections.sorted { $0.id < $1.id } } ?? []
    }

    /// What a WebSocket has been sent, by ticker; nil while not running or for a number not remembered.
    package func streamTotals(of id: Int) throws -> [String: StreamTotal]? {
        try withStreams { $0.totals(of: id) } ?? nil
    }
}
