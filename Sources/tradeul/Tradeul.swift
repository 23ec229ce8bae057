import ArgumentParser
import Logging
import TOMLKit

@main
struct Tradeul: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tradeul")
}
