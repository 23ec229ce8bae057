/// Relative volume in six steps of heat.
enum Heat {
    /// Lower bounds of steps 1…5, ×.
    static let thresholds: [Double] = [0.5, 1, 2, 3, 5]

    /// The step of a value, 0…5; nil when it is missing.
    static func level(_ value: Double) -> Int? {
        guard !value.isNaN else { return nil }
        if value < 1 { return value < 0.5 ? 0 : 1 }
        if value < 3 { return value < 2 ? 2 : 3 }
        return value < 5 ? 4 : 5
    }
}
