import MarketData
import Testing

@testable import FilterLanguage

@Suite
struct FieldLookupTests {
    private static func id(_ name: String, _ argument: String? = nil) -> String {
        let field = FilterField(name: name, argument: argument, span: FilterSpan(3, 3 + name.utf8.count))
        do throws(FilterDiagnostic) {
            return try FieldLookup.resolve(field).id.rawValue
        } catch {
            return error.message
        }
    }

    @Test(
        arguments: [
            ("price", "price"), ("p", "price"), ("Last", "price"), ("rv", "rvol"), ("d1.high", "prevhigh"),
            ("flt", "float"), ("pre.vol", "pre.vol"), ("prevch", "prevchg%"), ("prevcl", "prevclose"),
            ("sect", "sector"), ("indus", "industry"), ("turno", "turnover"), ("new_h", "new_high"),
        ]
    )
    func namesAliasesAndUniqueBeginningsAreFound(name: String, id: String) { #expect(Self.id(name) == id) }

    @Test(
        arguments: [
            ("chg", "5m", "chg5m"), ("chg%", "5m", "chg5m"), ("change", "5m", "chg5m"), ("chg", "5d", "chg5d%"),
            ("vol", "1m", "vol1m"), ("vol%", "5m", "vol5m%"), ("volume", "5m", "vol5m"), ("rvol", "slot", "rvol.slot"),
            ("rvol", "slot-1", "rvol.slot1"), ("sma", "20", "sma20"), ("sma", "20d", "sma20"), ("sma%", "20", "sma20%"),
            ("pos%", "5d", "pos5d%"), ("high", "52w", "high52w"), ("rsi", "14", "rsi14"), ("avgvol", "20d", "avgvol20"),
            ("age", "halt", "halt"), ("since", "halt", "halt"), ("age", "print", "age"), ("tpm", "1m", "tpm"),
        ]
    )
    func windowsAreFound(name: String, argument: String, id: String) { #expect(Self.id(name, argument) == id) }

    @Test func everyColumnAndEveryAliasIsFoundByItsName() {
        for column in ColumnDescriptor.all {
            for name in [column.id.rawValue] + column.aliases {
                #expect(Self.id(name) == column.id.rawValue, "\(name)")
                let read = FilterParser.parse("has(\(name))", limits: FilterLimits()).query?.condition
                #expect(read == .has(FilterField(name: name), isNegated: false), "\(name) can be typed")
            }
        }
    }

    @Test(
        arguments: [
            ("rvoll", "rvol"), ("pirce", "price"), ("flaot", "float"), ("flaut", "float"), ("sectr", "sector"),
            ("volmue", "volume"), ("relative_volum", "relative_volume"), ("ch%", "chg%"), ("mcpa", "mcap"),
        ]
    )
    func whatWasProbablyMeantIsOffered(typed: String, meant: String) throws {
        let field = FilterField(name: typed, span: FilterSpan(3, 3 + typed.utf8.count))
        // A unique beginning is what is meant and needs no help.
        guard FieldLookup.column(of: field) == nil else {
            #expect(meant.hasPrefix(typed))
            return
        }
        do throws(FilterDiagnostic) {
            _ = try FieldLookup.resolve(field)
            Issue.record("\(typed) was found")
        } catch {
            #expect(error.message == "no field \"\(typed)\"; did you mean \(meant)?")
            #expect(error.fix == .init(lower: 3, upper: 3 + typed.utf8.count, replacement: meant))
            #expect((error.lower, error.upper) == (3, 3 + typed.utf8.count))
        }
    }

    @Test func otherNamesAreRefusedWithAdvice() {
        #expect(Self.id("new") == "\"new\" is ambiguous: new_high, new_low")
        #expect(Self.id("qqqqqqqq") == "no field \"qqqqqqqq\"; tradeul columns lists all")
        #expect(Self.id("rank") == "rank is a function and needs its values: rank(chg%)")
        #expect(Self.id("atr", "7m") == "no window \"7m\" of atr; it has no windows")
        #expect(Self.id("rvoll", "slot") == "no field \"rvoll\"; did you mean rvol(slot)?")
        #expect(Self.id("age", "news") == "no age of \"news\"; expected age(halt) or age(print)")
        #expect(Self.id("chg", "7m").hasPrefix("no window \"7m\" of chg; there are chg1m, "))
        let long = String(repeating: "z", count: 4000)
        #expect(Self.id(long).count < 100)
    }

    @Test(
        arguments: [
            ("rvol", "rvol", 0), ("rvoll", "rvol", 1), ("pirce", "price", 1), ("flaut", "float", 2), ("abc", "xyz", 3),
            ("", "ab", 2), ("abcdef", "a", 3), ("vwap", "vawp", 1), ("ca", "abc", 3),
        ]
    )
    func editsAreCounted(from: String, to: String, edits: Int) {
        #expect(EditDistance.between(Array(from.utf8), Array(to.utf8), below: 3) == edits)
    }
}
