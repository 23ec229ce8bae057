/// Makers of the table's entries, one per kind of value.
extension SettingRegistry {
    static func integer(
        _ key: String,
        _ place: any WritableKeyPath<Settings, Int> & Sendable,
        _ range: ClosedRange<Int>,
        _ unit: String,
        _ doc: String
    ) -> SettingSpec {
        SettingSpec(
            key: key,
            kind: .integer(range),
            unit: unit,
            doc: doc,
            flag: nil,
            read: { .integer($0[keyPath: place]) },
            store: { if case .integer(let value) = $1 { $0[keyPath: place] = value } }
        )
    }

    static func number(
        _ key: String,
        _ place: any WritableKeyPath<Settings, Double> & Sendable,
        _ range: ClosedRange<Double>,
        _ unit: String,
        _ doc: String
    ) -> SettingSpec {
        SettingSpec(
            key: key,
            kind: .number(range),
            unit: unit,
            doc: doc,
            flag: nil,
            read: { .number($0[keyPath: place]) },
            store: { if case .number(let value) = $1 { $0[keyPath: place] = value } }
        )
    }

    static func flag(
        _ key: String,
        _ place: any WritableKeyPath<Settings, Bool> & Sendable,
        _ doc: String,
        flag: String?
    ) -> SettingSpec {
        SettingSpec(
            key: key,
            kind: .flag,
            unit: nil,
            doc: doc,
            flag: flag,
            read: { .flag($0[keyPath: place]) },
            store: { if case .flag(let value) = $1 { $0[keyPath: place] = value } }
        )
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String,
        _ place: any WritableKeyPath<Settings, Choice> & Sendable,
        _ doc: String,
        flag: String? = nil
    ) -> SettingSpec {
        SettingSpec(
            key: key,
            kind: .choice(Choice.allCases.map(\.rawValue)),
            unit: nil,
            doc: doc,
            flag: flag,
            read: { .text($0[keyPath: place].rawValue) },
            store: {
                if case .text(let word) = $1, let value = Choice(rawValue: word) { $0[keyPath: place] = value }
            }
        )
    }

    static func url(
        _ key: String,
        _ place: any WritableKeyPath<Settings, String> & Sendable,
        _ schemes: [String],
        _ doc: String,
        flag: String?
    ) -> SettingSpec {
        text(key, place, .url(schemes: schemes), doc, flag: flag)
    }

    static func path(
        _ key: String,
        _ place: any WritableKeyPath<Settings, String> & Sendable,
        _ doc: String,
        flag: String
    ) -> SettingSpec {
        text(key, place, .path, doc, flag: flag)
    }

    static func text(
        _ key: String,
        _ place: any WritableKeyPath<Settings, String> & Sendable,
        _ kind: SettingSpec.Kind,
        _ doc: String,
        flag: String?
    ) -> SettingSpec {
        SettingSpec(
            key: key,
            kind: kind,
            unit: nil,
            doc: doc,
            flag: flag,
            read: { .text($0[keyPath: place]) },
            store: { if case .text(let value) = $1 { $0[keyPath: place] = value } }
        )
    }
}
