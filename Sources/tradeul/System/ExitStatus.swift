/// What the program ends with; the numbers are those of `sysexits.h` where one fits.
enum ExitStatus: Int32, CaseIterable, Sendable {
    case ok = 0
    case no = 1
    case usage = 64
    case unreachable = 69
    case store = 74
    case keyRefused = 77
    case configuration = 78

    /// What it means, as in the help and in README.
    var meaning: String {
        switch self {
        case .ok: "done"
        case .no: "the answer is no, no usable terminal, or several things failed"
        case .usage: "the command line is not understood"
        case .unreachable: "the vendor is not reachable, or a port is taken"
        case .store: "the history file cannot be used"
        case .keyRefused: "the vendor's key is missing or refused"
        case .configuration: "settings or a key file are wrong"
        }
    }

    /// The list for the end of every help page.
    static var helpText: String {
        "EXIT CODES: " + allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: "; ") + "."
    }
}

/// Ends a subcommand: a sentence for standard error and a status.
struct Failure: Error, Equatable, CustomStringConvertible {
    let status: ExitStatus
    /// What happened, where, and what to do.
    let sentence: String

    var description: String { sentence }
}
