import Dashboard
import Dispatch
import MarketTime
import Store

// What the dashboard keeps for the next run, in the history file's table of settings.

extension DashboardDesk {
    /// What the keys of the dashboard begin with; others in the table are not its own.
    private static let prefixes = ["history.", "layout.", "seen."]

    /// Reads what earlier runs kept; when the file cannot be read nothing is told, so that nothing is overwritten.
    func readKept() {
        queue.async { [self] in
            do {
                let opened = try store.open()
                var kept: [String: String] = [:]
                for prefix in Self.prefixes {
                    for setting in try opened.settings(prefix: prefix) { kept[setting.key] = setting.value }
                }
                tell(.kept(kept))
            } catch {
                say(.warning, "layouts and typed lines of earlier runs are not at hand: \(Self.sentence(error))")
            }
        }
    }

    /// Keeps a text under a key, or forgets it.
    func keep(_ key: String, _ value: String?) {
        queue.async { [self] in
            do {
                guard let value else { return try store.open().removeSetting(key) }
                try store.open().setSetting(key, to: value, at: clock.now())
            } catch {
                say(.warning, "\(key) is not kept: \(Self.sentence(error))")
            }
        }
    }

    /// Takes another theme.
    func useTheme(_ name: String) {
        queue.async { [self] in
            let loaded = themes.load(name)
            for problem in loaded.problems.prefix(3) { say(.warning, problem.line) }
            guard loaded.place != nil else { return }
            tell(.theme(loaded.sheet))
            say(.info, "theme \(name) until you quit; settings file: screen.theme")
        }
    }

    /// Waits until everything asked so far is done, so many milliseconds at most.
    func finish(withinMs milliseconds: Int) {
        let isDone = DispatchSemaphore(value: 0)
        queue.async { isDone.signal() }
        _ = isDone.wait(timeout: .now() + .milliseconds(milliseconds))
    }
}
