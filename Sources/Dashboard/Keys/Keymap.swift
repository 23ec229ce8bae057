import TerminalGrid

/// A step of what a key does.
enum KeyStep: Hashable, Sendable {
    /// An action.
    case action(Action)
    /// A line as behind the colon, without it.
    case line(String)
}

/// What a sequence of keys does, and who says so.
struct KeyBinding: Hashable, Sendable {
    /// What it does.
    enum Target: Hashable, Sendable {
        /// One action.
        case action(Action)
        /// Several things, or lines of commands, in order.
        case run([KeyStep])
    }

    /// The sequence.
    var keys: [Key]
    /// What it does; nil frees a sequence that is bound elsewhere.
    var target: Target?
    /// Who says so: `default`, or a file and its line.
    var origin: String
    /// Of two sequences for one action, the one with the smaller number is taught.
    var order: Int

    /// The target as in a file, a word per step.
    var targetWords: [String] {
        switch target {
        case nil: ["none"]
        case .action(let action): [action.name]
        case .run(let steps):
            steps.map { step in
                switch step {
                case .action(let action): action.name
                case .line(let line): ":" + line
                }
            }
        }
    }

    /// The target as in a file, in one line.
    var targetText: String { targetWords.joined(separator: ", ") }
}

/// What a sequence of keys means in a context.
enum KeyMatch: Hashable, Sendable {
    /// It does this.
    case action(Action)
    /// It does these, in order.
    case run([KeyStep])
    /// It begins a longer sequence.
    case prefix
    /// Nothing.
    case none

    /// Looks a sequence up.
    init(_ keys: [Key], in context: KeyContext, of keymap: Keymap = .standard) {
        self = keymap.match(keys, in: context)
    }
}

/// Which keys do what, by context.
///
/// Built once from sections: what holds in every context that knows the action, and what holds in one of them. The
/// special section beats the general one.
package struct Keymap: Hashable, Sendable {
    /// Its name: that of the file it came from.
    package let name: String
    /// Milliseconds after which an unfinished sequence ends by itself; 0: it waits.
    package let sequenceTimeoutMs: Int
    /// What the files said, section by section.
    let sections: KeySections
    private let places: [KeyContext: ContextKeys]

    /// The keys of one context.
    private struct ContextKeys: Hashable, Sendable {
        /// In the order in which they are taught.
        var bindings: [KeyBinding] = []
        var names: [Action: Name] = [:]
        /// By their first key, for speed: most keys begin nothing but themselves.
        var byFirst: [Key: [Int]] = [:]
    }

    private struct Name: Hashable, Sendable {
        var unicode: String
        var ascii: String
    }

    /// The keymap that sections make.
    init(_ sections: KeySections, name: String, sequenceTimeoutMs: Int = 0) {
        self.name = name
        self.sections = sections
        self.sequenceTimeoutMs = sequenceTimeoutMs
        var places: [KeyContext: ContextKeys] = [:]
        for context in KeyContext.allCases {
            var keys = ContextKeys()
            keys.bindings = sections.effective(in: context)
            for (index, binding) in keys.bindings.enumerated() {
                if let first = binding.keys.first { keys.byFirst[first, default: []].append(index) }
                guard case .action(let action)? = binding.target, keys.names[action] == nil else { continue }
                keys.names[action] = Name(
                    unicode: KeyName.text(binding.keys, ascii: false),
                    ascii: KeyName.text(binding.keys, ascii: true)
                )
            }
            places[context] = keys
        }
        self.places = places
    }

    /// The keys of the action table.
    package static let standard = Keymap(.standard, name: "default")

    /// What a sequence means in a context; one that is bound and begins a longer one, too, begins it.
    func match(_ keys: [Key], in context: KeyContext) -> KeyMatch {
        guard let first = keys.first, let place = places[context], let indices = place.byFirst[first] else {
            return .none
        }
        var target: KeyBinding.Target?
        for index in indices {
            let binding = place.bindings[index]
            if binding.keys.count > keys.count, binding.keys.starts(with: keys) { return .prefix }
            if binding.keys == keys { target = binding.target }
        }
        return switch target {
        case .action(let action): .action(action)
        case .run(let steps): .run(steps)
        case nil: .none
        }
    }

    /// What a sequence does by itself, even where it begins a longer one.
    func target(of keys: [Key], in context: KeyContext) -> KeyBinding.Target? {
        places[context]?.bindings.first { $0.keys == keys }?.target
    }

    /// The key to teach for an action in a context; nil where none is bound.
    func name(of action: Action, in context: KeyContext, ascii: Bool = false) -> String? {
        guard let name = places[context]?.names[action] else { return nil }
        return ascii ? name.ascii : name.unicode
    }

    /// All bindings of a context, in the order in which they are taught.
    func bindings(in context: KeyContext) -> [KeyBinding] { places[context]?.bindings ?? [] }

    /// All sequences for an action in a context, the one to teach first.
    func sequences(of action: Action, in context: KeyContext) -> [[Key]] {
        bindings(in: context).filter { $0.target == .action(action) }.map(\.keys)
    }

    /// All keys of an action in a context as text: `j ↓`.
    func names(of action: Action, in context: KeyContext, ascii: Bool) -> String {
        sequences(of: action, in: context).map { KeyName.text($0, ascii: ascii) }.joined(separator: " ")
    }

    /// What can follow the keys of an unfinished sequence, in the order of the keymap.
    func continuations(of keys: [Key], in context: KeyContext) -> [KeyBinding] {
        bindings(in: context).filter { $0.keys.count > keys.count && $0.keys.starts(with: keys) }
    }
}

/// What keymap files say: for every context at once, and for one.
struct KeySections: Hashable, Sendable {
    /// Bindings by section; the nil one holds wherever its action means something.
    private(set) var bindings: [KeyContext?: [KeyBinding]] = [:]

    /// No keys at all.
    init() {}

    /// Lays bindings of a section over those there are: the same sequence means the new thing.
    mutating func lay(_ new: [KeyBinding], in section: KeyContext?) {
        let old = bindings[section] ?? []
        bindings[section] = new + old.filter { binding in !new.contains { $0.keys == binding.keys } }
    }

    /// What a section says.
    subscript(section: KeyContext?) -> [KeyBinding] { bindings[section] ?? [] }

    /// What holds in a context, the keys to teach first in front.
    func effective(in context: KeyContext) -> [KeyBinding] {
        let own = self[context]
        let taken = Set(own.map(\.keys))
        let general = self[nil].filter { !taken.contains($0.keys) && Self.reaches($0, context) }
        // Equal orders keep their place: the sort of the standard library is stable.
        let ranks = Self.ranks[context] ?? [:]
        // Of the table's own keys the entry of this context says which one is taught.
        let ordered = (own + general).filter { $0.target != nil }.map { binding in
            (binding: binding, order: binding.order < 0 ? binding.order : ranks[binding.keys] ?? binding.order)
        }
        return ordered.sorted { $0.order < $1.order }.map(\.binding)
    }

    private static let ranks: [KeyContext: [[Key]: Int]] = {
        var ranks: [KeyContext: [[Key]: Int]] = [:]
        for (place, entry) in ActionEntry.all.enumerated() {
            for context in entry.contexts {
                for (index, keys) in entry.keys.enumerated() {
                    ranks[context, default: [:]][keys] = index * 1000 + place
                }
            }
        }
        return ranks
    }()

    /// Whether a binding of the general section holds in a context.
    static func reaches(_ binding: KeyBinding, _ context: KeyContext) -> Bool {
        if context.takesText, case .character? = binding.keys.first { return false }
        return switch binding.target {
        case .action(let action): action.contexts.contains(context)
        case .run, nil: ActionEntry.screen.contains(context)
        }
    }
}

extension KeySections {
    /// The keys of the action table: what they have in common is general.
    static let standard: KeySections = {
        var uses: [[Key]: [Use]] = [:]
        var sequences: [[Key]] = []
        for (place, entry) in ActionEntry.all.enumerated() {
            for (index, keys) in entry.keys.enumerated() {
                if uses[keys] == nil { sequences.append(keys) }
                let known = uses[keys]?.firstIndex { $0.action == entry.action }
                if let known {
                    uses[keys]?[known].contexts.formUnion(entry.contexts)
                } else {
                    uses[keys, default: []].append(
                        Use(action: entry.action, contexts: entry.contexts, order: index * 1000 + place)
                    )
                }
            }
        }
        var sections = KeySections()
        for keys in sequences { sections.add(keys, uses[keys] ?? []) }
        return sections
    }()

    /// In fewer contexts than this a key is no general one.
    private static let generalMin = 4

    private struct Use {
        var action: Action
        var contexts: Set<KeyContext>
        var order: Int

        /// The panes count more than lines and menus.
        var weight: Int { contexts.intersection(ActionEntry.screen).count * 100 + contexts.count }
    }

    private mutating func add(_ keys: [Key], _ uses: [Use]) {
        func binding(_ use: Use) -> KeyBinding {
            KeyBinding(keys: keys, target: .action(use.action), origin: "default", order: use.order)
        }
        func reach(_ use: Use) -> Set<KeyContext> {
            Set(KeyContext.allCases.filter { Self.reaches(binding(use), $0) })
        }
        let general =
            uses.filter { use in
                let others = uses.filter { $0.action != use.action }.reduce(into: Set<KeyContext>()) {
                    $0.formUnion($1.contexts)
                }
                return use.contexts.count >= Self.generalMin
                    && reach(use).subtracting(use.contexts).isSubset(of: others)
            }.max { $0.weight < $1.weight }
        for use in uses {
            let isGeneral = use.action == general?.action
            if isGeneral { bindings[nil, default: []].append(binding(use)) }
            let own = isGeneral ? use.contexts.subtracting(reach(use)) : use.contexts
            for context in KeyContext.allCases where own.contains(context) {
                bindings[context, default: []].append(binding(use))
            }
        }
    }
}
