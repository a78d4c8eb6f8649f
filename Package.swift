// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target. Boundary modules talk to C and may use unsafe constructs; every other module is
/// compiled under strict memory safety, where an unmarked unsafe construct is an error.
let common: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
let safe: [SwiftSetting] = common + [.strictMemorySafety()]

/// A module that wraps a C library or an operating system facility; no domain words, no upward imports.
func boundary(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: common)
}

/// A module of the domain, an adapter, or the edge.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: safe)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies, swiftSettings: common)
}

/// A target that is optimized in every build: loops over samples, vectors and pools take minutes otherwise, and tests run
/// them.
func optimized(_ target: Target) -> Target {
    target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-O"])]
    return target
}

/// A Debian library without Swift-visible code of its own: a module map and, where Swift cannot import a construct, a
/// header of `static inline` shims.
func system(_ name: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: pkgConfig)
}

let package = Package(
    name: "segue",
    products: [
        .executable(name: "segue", targets: ["segue"]), .executable(name: "segue-analyze", targets: ["segue-analyze"]),
    ],
    targets: [
        // C libraries, each imported by exactly one module.
        .target(
            name: "CFaiss", path: "CFaiss", exclude: ["README.md"], publicHeadersPath: "include",
            cxxSettings: [.unsafeFlags(["-O3"])],
            linkerSettings: ["faiss", "openblas", "lapack", "gomp", "stdc++", "m"].map { .linkedLibrary($0) }),
        system("CPostgres", pkgConfig: "libpq"),
        system("CHiredis"),
        system("CMicrohttpd"),
        system("CCrypto"),
        system("COpenBLAS"),
        system("CZlib"),
        system("CCurl"),
        // The one construct of the language that Swift has no words for.
        system("CColumns"),
        system("CMalloc"),
        system("CProcessors"),
        system("CSpawn"),
        // The next belong to segue-analyze alone, whose licence is theirs: segue itself links none of them.
        system("CFFmpeg"),
        system("CFFTW"),
        system("CAubio"),
        system("CEbur128"),
        system("CChromaprint"),
        system("CSeccomp"),

        // Boundary.
        optimized(boundary("VectorIndex", ["CFaiss"])),
        boundary("Postgres", ["CPostgres"]),
        boundary("Redis", ["CHiredis"]),
        boundary("HTTPServer", ["CMicrohttpd"]),
        boundary("HTTPClient", ["CCurl"]),
        boundary("Signing", ["CCrypto"]),
        optimized(boundary("LinearAlgebra", ["COpenBLAS"])),
        boundary("Gzip", ["CZlib"]),
        boundary("ColumnFile", ["CColumns"]),
        boundary("FileSystem"),
        boundary("Processors", ["CProcessors"]),
        boundary("Terminal"),
        optimized(boundary("AudioDecoding", ["CFFmpeg"])),
        optimized(boundary("SoundMeters", ["CFFTW", "CAubio", "CEbur128", "CChromaprint"])),
        boundary("Confinement", ["CSeccomp"]),
        boundary("ChildProcess", ["CSpawn"]),

        // JSON that answers are made of and files are read from; no domain words, and no C library either.
        optimized(module("JSONText")),

        // What a recording sounds like: the document that segue-analyze writes and segue reads, and its numbers.
        module("SoundDocument"),
        optimized(module("Descriptors", ["SoundDocument", "SoundMeters"])),

        // Domain.
        module("Catalog"),
        optimized(module("Features", ["Catalog", "LinearAlgebra"])),
        module("Demo", ["Catalog"]),
        optimized(module("Rules", ["Catalog", "JSONText"])),
        optimized(module("Sampling", ["Catalog", "JSONText"])),
        optimized(
            module(
                "Recommendation",
                ["Catalog", "Features", "Rules", "VectorIndex", "ColumnFile", "LinearAlgebra", "JSONText", "Sampling"])),

        module("Playlists", ["Catalog", "Features", "JSONText", "Recommendation", "Rules", "Sampling"]),

        // Adapters.
        module("Jobs", ["Catalog"]),
        .target(
            name: "Storage",
            dependencies: [
                "Catalog", "Features", "Jobs", "JSONText", "Postgres", "Rules", "Sampling", "Signing",
            ],
            resources: [.embedInCode("Migrations")], swiftSettings: safe),
        module("Cache", ["Redis"]),
        module("Providers", ["Cache", "Catalog", "Features", "HTTPClient", "Ingest", "Redis", "Signing"]),
        module("Ingest", ["Catalog", "Features", "Gzip", "JSONText"]),
        module("Sourcing", ["Catalog", "FileSystem", "Ingest", "Jobs", "Providers", "Rules"]),
        module("MusicFolder", ["Catalog", "ChildProcess", "FileSystem", "Signing", "SoundDocument"]),
        module("Previews", ["Cache", "Catalog", "HTTPClient", "MusicFolder", "Providers"]),
        module(
            "IndexLifecycle",
            ["Catalog", "Features", "Recommendation", "VectorIndex", "ColumnFile", "FileSystem", "Signing"]),

        optimized(
            module(
                "Evaluation",
                [
                    "Catalog", "Features", "Recommendation", "Rules", "VectorIndex", "ColumnFile", "IndexLifecycle",
                    "Terminal",
                ])),

        // Edge and root.
        module("Configuration", ["Terminal"]),
        module(
            "API",
            [
                "Catalog", "Configuration", "Features", "Rules", "Recommendation", "Cache", "HTTPServer", "Ingest",
                "Jobs",
                "JSONText", "Playlists", "Providers", "Sampling", "Signing", "Sourcing",
            ]),
        .executableTarget(
            name: "segue",
            dependencies: [
                "API", "CMalloc", "Cache", "Catalog", "Configuration", "Demo", "Evaluation", "Features", "HTTPClient",
                "HTTPServer",
                "IndexLifecycle", "Ingest", "JSONText", "Jobs", "MusicFolder", "Playlists", "Postgres", "Previews",
                "Processors", "Providers",
                "Recommendation", "Redis", "Rules", "Sampling", "Signing", "Sourcing",
                "Storage", "Terminal", "VectorIndex",
            ], swiftSettings: common),

        optimized(
            .executableTarget(
                name: "segue-analyze",
                dependencies: ["AudioDecoding", "Confinement", "Descriptors", "SoundDocument", "SoundMeters"],
                swiftSettings: common)),

        .executableTarget(
            name: "segue-bench",
            dependencies: [
                "Catalog", "ColumnFile", "Demo", "Features", "HTTPServer", "LinearAlgebra", "Processors",
                "Recommendation", "Rules", "Terminal", "VectorIndex",
            ],
            swiftSettings: common),

        // Tests.
        .target(name: "SoundSamples", path: "Tests/SoundSamples", swiftSettings: common),
        tests("AudioDecoding", ["SoundSamples"]),
        tests("SoundMeters", ["SoundSamples"]),
        tests("Descriptors", ["SoundDocument", "SoundSamples"]),
        tests("ChildProcess"),
        tests(
            "MusicFolder",
            ["Catalog", "FileSystem", "Postgres", "segue-analyze", "SoundDocument", "SoundSamples", "Storage"]),
        tests(
            "Previews",
            [
                "Cache", "Catalog", "FakeServices", "HTTPClient", "MusicFolder", "Postgres", "Providers",
                "segue-analyze",
                "SoundSamples", "Storage",
            ]),
        .testTarget(
            name: "SegueAnalyzeTests", dependencies: ["Confinement", "segue-analyze", "SoundDocument", "SoundSamples"],
            path: "Tests/SegueAnalyzeTests", swiftSettings: common),
        .target(
            name: "TestSupport", dependencies: ["Jobs", "Postgres", "Redis", "Storage"], path: "Tests/TestSupport",
            swiftSettings: common),
        .target(
            name: "FakeServices", dependencies: ["SoundSamples"], path: "Tests/FakeServices", swiftSettings: common),
        .executableTarget(
            name: "fake-services", dependencies: ["FakeServices"], path: "Tests/fake-services", swiftSettings: common),
        .executableTarget(
            name: "segue-fuzz", dependencies: ["Catalog", "JSONText", "MusicFolder", "SoundDocument"],
            path: "Tests/segue-fuzz", swiftSettings: common),
        tests("VectorIndex"),
        tests("Postgres"),
        tests("Redis"),
        tests("HTTPServer"),
        tests("HTTPClient", ["FakeServices"]),
        tests(
            "Providers",
            [
                "Cache", "Catalog", "FakeServices", "Features", "HTTPClient", "Ingest", "Postgres", "Redis", "Signing",
                "Storage",
            ]),
        tests(
            "Sourcing",
            [
                "Cache", "Catalog", "FakeServices", "HTTPClient", "Ingest", "Jobs", "Postgres", "Providers", "Rules",
                "Signing",
                "Storage",
            ]),
        tests("Signing"),
        tests("LinearAlgebra"),
        tests("Gzip"),
        tests("ColumnFile"),
        tests("FileSystem"),
        tests("Processors"),
        tests("JSONText"),
        tests("Catalog"),
        tests("Features", ["Catalog", "Demo"]),
        tests("Demo", ["Catalog"]),
        tests("Rules", ["Catalog", "JSONText"]),
        tests("Sampling", ["Catalog", "JSONText"]),
        tests(
            "Playlists",
            [
                "Catalog", "Demo", "Features", "IndexLifecycle", "JSONText", "Postgres", "Recommendation", "Sampling",
                "Storage",
            ]),
        tests("Recommendation", ["Catalog", "Features", "Rules", "VectorIndex", "ColumnFile", "JSONText"]),
        tests(
            "Storage",
            [
                "Catalog", "ColumnFile", "Features", "JSONText", "Postgres", "Recommendation", "Rules", "Sampling",
                "Signing",
            ]),
        tests("Jobs", ["Catalog", "Postgres", "Storage"]),
        tests("Cache", ["Redis"]),
        tests("Ingest", ["Catalog", "Features", "Gzip", "JSONText", "Storage", "Postgres"]),
        tests(
            "IndexLifecycle",
            [
                "Catalog", "ColumnFile", "Demo", "Features", "FileSystem", "Recommendation", "VectorIndex", "Storage",
                "Postgres",
            ]),
        tests(
            "Evaluation",
            [
                "Catalog", "ColumnFile", "Demo", "Features", "IndexLifecycle", "Postgres", "Recommendation", "Storage",
                "Terminal", "VectorIndex",
            ]),
        tests("Terminal"),
        tests("Configuration", ["Terminal"]),
        tests(
            "API",
            [
                "Cache", "Catalog", "ColumnFile", "Configuration", "Features", "HTTPServer", "Jobs", "JSONText",
                "Playlists", "Postgres",
                "Providers", "Recommendation", "Redis", "Rules", "Sampling", "Signing", "Sourcing", "Storage",
                "VectorIndex",
            ]),
        .testTarget(
            name: "SegueBenchTests", dependencies: ["segue-bench", "Terminal", "VectorIndex"],
            path: "Tests/SegueBenchTests",
            swiftSettings: common),
        .testTarget(
            name: "SegueTests",
            dependencies: [
                "segue", "Catalog", "Configuration", "Evaluation", "FakeServices", "Features", "IndexLifecycle", "Jobs",
                "MusicFolder", "Postgres", "Processors", "Recommendation", "Rules", "Sampling", "Signing",
                "SoundSamples", "Storage", "Terminal", "TestSupport", "segue-analyze",
            ],
            path: "Tests/SegueTests", swiftSettings: common),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
