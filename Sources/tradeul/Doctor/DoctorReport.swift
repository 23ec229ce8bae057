/// One line of `tradeul doctor`.
struct DoctorCheck: Equatable, Sendable {
    /// How it stands.
    enum State: String, Sendable {
        case ok
        case warn
        case fail = "FAIL"
    }

    /// What was looked at, one word or two.
    let name: String
    let state: State
    /// What was found.
    let message: String
    /// What to do; nil when there is nothing to do.
    let advice: String?
    /// The exit status when this is the only kind of failure.
    let cause: ExitStatus

    /// All is well.
    static func ok(_ name: String, _ message: String) -> Self {
        Self(name: name, state: .ok, message: message, advice: nil, cause: .ok)
    }

    /// Works, but worth knowing.
    static func warn(_ name: String, _ message: String, _ advice: String? = nil) -> Self {
        Self(name: name, state: .warn, message: message, advice: advice, cause: .ok)
    }

    /// Does not work.
    static func fail(_ name: String, _ message: String, _ advice: String, cause: ExitStatus = .no) -> Self {
        Self(name: name, state: .fail, message: message, advice: advice, cause: cause)
    }

    /// The line for a terminal.
    var line: String {
        let state = state.rawValue + String(repeating: " ", count: 6 - state.rawValue.count)
        let name = name + String(repeating: " ", count: max(1, 11 - name.count))
        return state + name + message + (advice.map { "; " + $0 } ?? "")
    }

    /// The line as a JSON object.
    var json: String {
        JSONText.object([
            ("name", JSONText.quoted(name)),
            ("state", JSONText.quoted(state.rawValue.lowercased())),
            ("message", JSONText.quoted(message)),
            ("advice", advice.map(JSONText.quoted) ?? "null"),
        ])
    }
}

/// All lines of `tradeul doctor` and what they add up to.
struct DoctorReport: Equatable, Sendable {
    var checks: [DoctorCheck]

    /// 0 without a failure, the cause's own status when all failures have one cause, else 1.
    var status: ExitStatus {
        let causes = Set(checks.filter { $0.state == .fail }.map(\.cause))
        guard let cause = causes.first else { return .ok }
        return causes.count == 1 ? cause : .no
    }

    /// One JSON object: `checks`, `exit_code`.
    var json: String {
        JSONText.object([
            ("checks", JSONText.array(checks.map(\.json))), ("exit_code", String(status.rawValue)),
        ])
    }
}
