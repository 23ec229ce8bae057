// swift-tools-version: 6.2
import PackageDescription

// One line per room; which room may import which is drawn in docs/architecture.md and enforced by ArchitectureTests.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

/// What several test targets share; no product knows it.
func support(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    let path = "Tests/\(name)"
    return .target(name: name, dependencies: dependencies, path: path, swiftSettings: strict)
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]
let webSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "tradeul",
    products: [.executable(name: "tradeul", targets: ["tradeul"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // 0: know nothing of this project
        room("MarketTime"),
        room("TerminalGrid"),
        // 1
        room("MarketData", ["MarketTime"]),
        // 2
        room("Analytics", ["MarketTime", "MarketData"]),
        room("EngineAPI", ["MarketTime", "MarketData"]),
        .target(
            name: "CRegex",
            cxxSettings: [.unsafeFlags(["-O2"])],
            linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("stdc++")]
        ),
        room("FilterLanguage", ["MarketData", "CRegex"]),
        // 3
        room("History", ["MarketTime", "MarketData", "EngineAPI"]),
        room("Engine", ["MarketTime", "MarketData", "Analytics", "EngineAPI", "FilterLanguage"]),
        room("Backtest", ["MarketTime", "MarketData", "Analytics", "EngineAPI", "FilterLanguage"]),
        room("Simulator", ["MarketTime", "MarketData"]),
        room("Dashboard", ["MarketTime", "MarketData", "TerminalGrid", "EngineAPI", "FilterLanguage"]),
        // 4: the outside world
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "CWslay", linkerSettings: [.linkedLibrary("wslay")]),
        .target(
            name: "CFastJSON",
            cxxSettings: [.unsafeFlags(["-O2"])],
            linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]
        ),
        .target(name: "CInflate", linkerSettings: [.linkedLibrary("z")]),
        .target(name: "CDigest", linkerSettings: [.linkedLibrary("crypto")]),
        .target(name: "CCurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        room("Network", ["MarketTime", "CCurl", "CWslay"]),
        room("Feeds", ["MarketTime", "MarketData", "EngineAPI", "History", "Network", "CFastJSON", "CInflate"]),
        room("Store", ["MarketTime", "MarketData", "Analytics", "EngineAPI", grdb, sqlite]),
        room("MarketServer", ["MarketTime", "MarketData", "Simulator", "CInflate", "CDigest", webSocket] + nio),
        room("Gateway", ["MarketTime", "MarketData", "EngineAPI"] + nio),
        room("Curses", ["TerminalGrid", "CCurses"]),
        // 5: composition; nothing imports it
        .executableTarget(
            name: "tradeul",
            dependencies: [
                "MarketTime", "MarketData", "Analytics", "EngineAPI", "FilterLanguage", "History", "Engine", "Backtest",
                "Simulator", "Dashboard", "TerminalGrid",
                "Network", "Feeds", "Store", "Gateway", "MarketServer", "Curses", toml, arguments, logging,
            ],
            resources: [.embedInCode("Scans/lists.toml")]
                + [
                    "contrast", "cvd-dark", "cvd-light", "ember", "ember-light", "gruvbox", "mono", "nord", "sixteen",
                    "solarized",
                ].map { .embedInCode("Themes/\($0).toml") }
                + ["arrows", "default", "emacs", "vim"].map { .embedInCode("Keymaps/\($0).toml") },
            swiftSettings: strict
        ),
        .executableTarget(
            name: "TradeulBench",
            dependencies: [
                "MarketTime", "MarketData", "Analytics", "EngineAPI", "FilterLanguage", "History", "Engine",
                "Simulator", "Dashboard", "TerminalGrid",
                "Network", "Feeds", "Store",
            ],
            swiftSettings: strict
        ),
        support("TestSupport"),
        support("LoopbackSupport", ["Network"]),
        tests("MarketTimeTests", ["MarketTime"]),
        tests("TerminalGridTests", ["TestSupport", "TerminalGrid"]),
        tests("MarketDataTests", ["MarketTime", "MarketData"]),
        tests("AnalyticsTests", ["TestSupport", "MarketTime", "MarketData", "Analytics"]),
        tests("FilterLanguageTests", ["TestSupport", "MarketTime", "MarketData", "FilterLanguage"]),
        tests(
            "EngineTests",
            ["TestSupport", "MarketTime", "MarketData", "Analytics", "EngineAPI", "FilterLanguage", "Engine"]
        ),
        tests(
            "BacktestTests",
            ["TestSupport", "MarketTime", "MarketData", "Analytics", "EngineAPI", "FilterLanguage", "Backtest"]
        ),
        tests("HistoryTests", ["TestSupport", "MarketTime", "MarketData", "EngineAPI", "History"]),
        tests("SimulatorTests", ["MarketTime", "MarketData", "Simulator"]),
        tests(
            "DashboardTests",
            ["TestSupport", "MarketTime", "MarketData", "TerminalGrid", "EngineAPI", "FilterLanguage", "Dashboard"],
            exclude: ["Golden"]
        ),
        tests("NetworkTests", ["LoopbackSupport", "MarketTime", "Network", "CDigest"]),
        tests(
            "FeedsTests",
            [
                "LoopbackSupport", "TestSupport", "MarketTime", "MarketData", "EngineAPI", "History", "Network",
                "Feeds", "CInflate",
            ]
        ),
        tests("StoreTests", ["TestSupport", "MarketTime", "MarketData", "Analytics", "EngineAPI", "Store", grdb]),
        tests(
            "MarketServerTests",
            ["MarketTime", "MarketData", "Simulator", "MarketServer", "CInflate", "CDigest"] + nio
        ),
        tests(
            "GatewayTests",
            ["LoopbackSupport", "TestSupport", "MarketTime", "MarketData", "EngineAPI", "Network", "Gateway"]
        ),
        tests("CursesTests", ["TestSupport", "TerminalGrid", "Curses"]),
        tests("ArchitectureTests", []),
        tests(
            "TradeulTests",
            [
                "TestSupport", "tradeul", "MarketTime", "MarketData", "TerminalGrid", "Analytics", "EngineAPI",
                "FilterLanguage",
                "Engine", "Dashboard",
                "Backtest", "Network", "Store", arguments, logging,
            ]
        ),
        tests(
            "EndToEndTests",
            [
                "LoopbackSupport", "TestSupport", "MarketTime", "MarketData", "Analytics", "EngineAPI",
                "FilterLanguage",
                "History", "Engine", "Backtest", "Simulator",
                "Network", "Feeds", "Store", "Gateway", "MarketServer", "tradeul",
            ]
        ),
        // Needs the program itself, in a real terminal.
        tests("ProgramTests", ["tradeul", "MarketTime", "Store"]),
    ],
    cxxLanguageStandard: .cxx17
)
