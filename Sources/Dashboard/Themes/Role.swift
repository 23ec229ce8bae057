/// What a cell is for; the theme says how that looks.
///
/// Golden files have a letter per case, in this order: new ones go to the end.
package enum Role: Int, CaseIterable, Sendable {
    case text
    case symbol
    case dim
    case border
    case title
    case heading
    case headingSorted
    case up
    case down
    case flat
    case heat0
    case heat1
    case heat2
    case heat3
    case heat4
    case heat5
    case strip0
    case strip1
    case strip2
    case strip3
    case strip4
    case strip5
    case stripMissing
    case brand
    case clock
    case sessionOpen
    case sessionEdge
    case sessionClosed
    case good
    case warning
    case bad
    case badge
    case badgeBad
    case badgePause
    case marker
    case key
    case hint
    case flashUp
    case flashDown
    case sideAbove
    case sideBelow
    case blockUp
    case blockDown
    case blockFlat
    case haltMark
    case limitMark
    /// Border of the pane that takes the keys.
    case borderFocus
    /// The key in a pane's title.
    case paneKey
    case tabActive
    case tabIdle
    /// A row that a previewed filter brings.
    case entering
    /// A row that a previewed filter takes away.
    case leaving
    case pinned
    case marked
    /// The number under the column cursor.
    case columnCursor
    /// What completion would add.
    case ghost
    case errorToken
    case warningToken
    /// The letters that a search matched.
    case matched
    /// The highlighted entry of a menu.
    case chosen
    /// An entry that cannot be taken now.
    case disabled
    case heatMissing
    case heatCursor
    /// Bars and lines of a ticker's page.
    case average
    case priceLine
    case vwapLine
    case previousClose
    case bought
    case sold
    case tour

    /// The colour of a number of this heat, 0…5.
    static func heat(_ level: Int) -> Role { Role(rawValue: Role.heat0.rawValue + min(max(level, 0), 5)) ?? .heat0 }
    /// The cell of a strip of this heat, 0…5.
    static func strip(_ level: Int) -> Role { Role(rawValue: Role.strip0.rawValue + min(max(level, 0), 5)) ?? .strip0 }
}
