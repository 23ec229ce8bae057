import MarketData
import Testing

@Suite
struct TradeConditionsTests {
    private let table = TradeConditions.builtIn

    private func effect(_ ids: [Int], extended: Bool = false) -> TradeEffect {
        table.effect(of: PackedCodes(packing: ids), isExtendedHours: extended)
    }

    static let singles: [([Int], TradeEffect)] = [
        ([0, 1, 3, 4, 6, 8, 9, 11, 14, 17, 18, 19, 23, 24, 25, 27, 28, 30, 34, 36, 41], .all),
        ([5, 10, 22, 29, 33], [.highLow, .volume]),
        ([2, 7, 12, 13, 20, 21, 32, 35, 52, 53, 54, 57, 58, 59, 60], .volume), ([37], [.volume, .atMarket]),
        ([38], [.last, .highLow]),
        ([15, 16], []),
    ]

    @Test(arguments: singles)
    func eachConditionAllowsWhatTheTableSays(_ ids: [Int], _ expected: TradeEffect) {
        for id in ids {
            #expect(effect([id]) == expected, "\(id)")
            #expect(table[UInt8(id)] != nil, "\(id)")
        }
    }

    @Test func noConditionAllowsEverything() {
        for extended in [false, true] { #expect(effect([], extended: extended) == .all) }
        #expect(TradeConditions().effect(of: 0, isExtendedHours: false) == .all)
    }

    @Test(arguments: [26, 31, 61, 254, 255, 300, -1])
    func anUnknownConditionCountsAsVolumeAlone(_ id: Int) {
        for extended in [false, true] { #expect(effect([14, id], extended: extended) == .volume) }
    }

    static let combined: [([Int], TradeEffect)] = [
        ([14, 41], .all), ([14, 37], [.volume, .atMarket]), ([5, 38], .highLow), ([22, 7], .volume), ([12, 15], []),
        ([1, 3, 4, 6, 8, 9, 11, 37], [.volume, .atMarket]), ([2, 37], .volume), ([33, 37], .volume), ([16, 37], []),
    ]

    @Test(arguments: combined)
    func severalConditionsAllowWhatAllOfThemAllow(_ ids: [Int], _ expected: TradeEffect) {
        #expect(effect(ids) == expected)
        #expect(effect(ids.reversed()) == expected)
    }

    static let formT: [([Int], TradeEffect, TradeEffect)] = [
        ([12], .volume, .all), ([12, 14], .volume, .all), ([12, 37], .volume, [.volume, .atMarket]),
        ([13], .volume, .volume), ([13, 37], .volume, .volume), ([12, 15], [], []), ([12, 99], .volume, .volume),
        ([12, 22], .volume, [.highLow, .volume]),
    ]

    @Test(arguments: formT)
    func formTSetsPricesInExtendedHoursOnly(_ ids: [Int], _ regular: TradeEffect, _ extended: TradeEffect) {
        #expect(effect(ids) == regular)
        #expect(effect(ids, extended: true) == extended)
    }

    @Test func theVendorsRowsReplaceTheBuiltInOnes() {
        var table = TradeConditions.builtIn
        table.merge([
            TradeCondition(id: 32, name: "Sold (out of sequence)", effect: [.highLow, .volume]),
            TradeCondition(id: 61, name: "New", effect: .all),
        ])
        #expect(table.effect(of: PackedCodes(packing: [32]), isExtendedHours: false) == [.highLow, .volume])
        #expect(table.effect(of: PackedCodes(packing: [61]), isExtendedHours: false) == .all)
        #expect(table.words(of: PackedCodes(packing: [61, 37])) == ["New", "Odd Lot"])
        #expect(table.effect(of: PackedCodes(packing: [14]), isExtendedHours: true) == .all)
    }

    @Test func noRowMakesAnOddLotSetAPriceOrAnAuctionCountTwice() {
        var table = TradeConditions.builtIn
        table.merge([12, 15, 16, 37].map { TradeCondition(id: $0, name: "x", effect: .all) })
        for extended in [false, true] {
            #expect(table.effect(of: PackedCodes(packing: [37]), isExtendedHours: extended) == [.volume, .atMarket])
            #expect(table.effect(of: PackedCodes(packing: [15]), isExtendedHours: extended) == [])
            #expect(table.effect(of: PackedCodes(packing: [16]), isExtendedHours: extended) == [])
        }
    }

    @Test func aRegularSaleThatTheVendorForbidsEverythingHarmsNobody() {
        var table = TradeConditions.builtIn
        table.merge([
            TradeCondition(id: 0, name: "Regular", effect: []), TradeCondition(id: 255, name: "All", effect: .all),
        ])
        #expect(table.effect(of: 0, isExtendedHours: false) == .all)
        #expect(table.effect(of: PackedCodes(packing: [255]), isExtendedHours: false) == .volume)
    }

    @Test func hostileNamesAreCutAndCleaned() throws {
        var table = TradeConditions.builtIn
        let long = String(repeating: "long ", count: 50_000)
        table.merge([
            TradeCondition(id: 70, name: "a\u{1B}[31mred\u{7}\nline\u{202E}", effect: .volume),
            TradeCondition(id: 71, name: long, effect: .volume),
            TradeCondition(id: 37, name: "\u{0}\u{8}", effect: .volume),
            TradeCondition(id: 72, name: "", effect: .volume),
        ])
        #expect(table.words(of: PackedCodes(packing: [70])) == ["a[31mredline"])
        #expect(try #require(table[71]).name.count == 64)
        #expect(table.words(of: PackedCodes(packing: [37, 72])) == ["Odd Lot", "condition 72"])
    }

    @Test func wordsComeInTheOrderOfTheConditions() {
        let words = table.words(of: PackedCodes(packing: [37, 0, 14, 99, 1000]))
        #expect(words == ["Odd Lot", "Intermarket Sweep", "condition 99", "unknown condition"])
        #expect(table.words(of: 0).isEmpty)
    }

    static let traits: [([Int], TradeTraits)] = [
        ([8], .auction), ([17], .auction), ([18], .auction), ([19], .auction), ([25], .auction),
        ([28], .auction), ([14], .sweep), ([33], .late), ([30], .late), ([13], [.late, .extendedHours]),
        ([12], .extendedHours), ([37], .oddLot), ([15], .officialPrice), ([14, 37, 41], [.sweep, .oddLot]), ([0], []),
        ([9], []),
    ]

    @Test(arguments: traits)
    func traitsAreThoseOfAllConditions(_ ids: [Int], _ expected: TradeTraits) {
        #expect(TradeConditions.traits(of: PackedCodes(packing: ids)) == expected)
    }

    @Test func sizesMakeOddLotsAndBlocks() {
        #expect(TradeConditions.isOddLot(size: 99.5, traits: []))
        #expect(!TradeConditions.isOddLot(size: 100, traits: []))
        #expect(TradeConditions.isOddLot(size: 100, traits: .oddLot))
        #expect(TradeConditions.isBlock(size: 10_000, price: 0.01))
        #expect(TradeConditions.isBlock(size: 200, price: 1_000))
        #expect(!TradeConditions.isBlock(size: 9_999, price: 20))
    }

    @Test func packingKeepsTheFirstEightThatSaySomething() {
        #expect(PackedCodes(packing: [0, 1, 2, 0, 3]).codes == [1, 2, 3])
        #expect(PackedCodes(packing: Array(1...20)).codes == Array(1...8))
        #expect(PackedCodes(packing: [255, 256, -3, .max, .min]).codes == [255, 255, 255, 255, 255])
    }
}

@Suite
struct VenueTests {
    @Test func everyVenueHasALetterOfItsOwn() {
        #expect(Set(Venue.all.map(\.letter)).count == Venue.all.count)
        #expect(Set(Venue.all.map(\.id)).count == Venue.all.count)
        for venue in Venue.all {
            #expect(Venue.of(venue.id) == venue)
            #expect(Venue.of(letter: venue.letter) == venue)
        }
    }

    static let places: [(UInt8, UInt16, Character, String)] = [
        (12, 0, "T", "Nasdaq"), (4, 0, "D", "Off exchange (FINRA)"), (4, 201, "D", "NYSE TRF"),
        (4, 202, "D", "Nasdaq TRF Carteret"), (4, 203, "D", "Nasdaq TRF Chicago"), (4, 299, "D", "TRF 299"),
        (0, 202, "D", "Nasdaq TRF Carteret"), (0, 0, " ", ""), (62, 0, "?", "exchange 62"),
        (255, 0, "?", "exchange 255"),
    ]

    @Test(arguments: places)
    func aTradesPlaceHasALetterAndAName(_ exchange: UInt8, _ trf: UInt16, _ letter: Character, _ name: String) {
        #expect(Venue.letter(exchange: exchange, trf: trf) == letter)
        #expect(Venue.name(exchange: exchange, trf: trf) == name)
    }

    @Test func lettersAreFoundInEitherCaseAndOthersAreNot() {
        #expect(Venue.of(letter: "p")?.name == "NYSE Arca")
        #expect(Venue.of(letter: "?") == nil)
        #expect(Venue.of(letter: "ß") == nil)
    }
}
