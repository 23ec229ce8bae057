extension DashboardState {
    /// Takes what an earlier run kept.
    mutating func take(_ kept: [String: String]) {
        self.kept = kept
    }

    /// What is to be kept now; nothing before what was kept has been read.
    mutating func keepIfDue() -> [DashboardCommand] { [] }
}
