import EngineAPI
import Network

extension DoctorChecks {
    /// Where ticks come from.
    ///
    /// The address is not tried: the vendor allows one stream per account, so a try would end a running dashboard's.
    static func stream(_ startup: Startup) -> DoctorCheck {
        guard startup.settings.stream.enabled else {
            return .warn("stream", "switched off", "set stream.enabled = true for prices by the second")
        }
        let origin = RedactedURL.origin(startup.streamURL)
        do {
            try startup.requireSafeStreamAddress()
        } catch {
            return .fail("stream", error.sentence, "see feed.stream_url", cause: .configuration)
        }
        let plan = startup.streamSettings.hasQuotes ? "with quotes" : "without quotes and limit bands"
        return .ok("stream", "\(origin), \(plan), not tried: an account may have one stream, which may be in use")
    }
}
