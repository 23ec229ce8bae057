import Curses
import TerminalGrid
import Testing

@Suite struct ColorChoiceTests {
    struct Case: Sendable {
        var choice: ColorChoice
        var noColor: String?
        var term = "xterm-256color"
        var colors = 256
        var depth: ColorDepth
    }

    @Test(arguments: [
        Case(choice: .auto, depth: .palette256),
        Case(choice: .auto, noColor: "", depth: .palette256),
        Case(choice: .auto, noColor: "1", depth: .mono),
        Case(choice: .auto, term: "linux", colors: 8, depth: .sixteen),
        Case(choice: .auto, term: "xterm-16color", colors: 16, depth: .sixteen),
        Case(choice: .auto, term: "vt100", colors: -1, depth: .mono),
        Case(choice: .auto, term: "dumb", colors: 256, depth: .mono),
        Case(choice: .auto, term: "xterm-direct", colors: 16_777_216, depth: .palette256),
        Case(choice: .always, noColor: "1", depth: .palette256),
        Case(choice: .always, noColor: "1", term: "vt100", colors: -1, depth: .mono),
        Case(choice: .never, depth: .mono),
        Case(choice: .sixteen, noColor: "1", depth: .sixteen),
        Case(choice: .palette256, noColor: "1", term: "vt100", colors: -1, depth: .palette256),
    ])
    func depthFollowsChoiceThenEnvironmentThenTerminal(_ item: Case) {
        #expect(item.choice.depth(noColor: item.noColor, term: item.term, colors: item.colors) == item.depth)
    }

    @Test(arguments: ["auto", "never", "16", "256", "always"])
    func everyChoiceHasAName(name: String) {
        #expect(ColorChoice(rawValue: name)?.rawValue == name)
    }
}
