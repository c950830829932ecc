// swift-tools-version: 6.2
import PackageDescription

let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// The SQL files of the store, embedded into the binary.
let migrations = [
    "0001_create_datasets.sql", "0002_create_models.sql", "0003_create_shards.sql", "0004_create_jobs.sql",
    "0005_create_job_dependencies.sql", "0006_create_attempts.sql", "0007_create_job_counts.sql",
    "0008_create_sweeps.sql", "0009_create_approximations.sql", "0010_create_plans.sql",
    "0011_create_evaluations.sql", "0012_create_timings.sql", "0013_count_enqueued_jobs_together.sql",
    "0014_create_store_settings.sql", "0015_create_job_states.sql", "0016_create_checks.sql",
    "0017_create_sensitivities.sql", "0018_create_trainings.sql",
]

/// What degrees cost under encryption, embedded into the binary as well.
let priceLists = ["openfhe.json", "lattigo.json", "seal.json"]

/// What results are stamped with; "+" says that the tree had changes.
let commit =
    Context.environment["CENTROID_COMMIT"].flatMap { $0.isEmpty ? nil : $0 }
    ?? Context.gitInformation.map { $0.currentCommit + ($0.hasUncommittedChanges ? "+" : "") }
    ?? "unknown"

let package = Package(
    name: "centroid",
    products: [.executable(name: "centroid", targets: ["CLI"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // C libraries of the system.
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLAPACK", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // Our own C: one thin layer over oneDNN and the element-wise kernels beside it.
        .target(
            name: "CDNNL",
            cSettings: [.unsafeFlags(["-O3", "-Wall", "-Werror"])],
            linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("m")]
        ),
        // A call of Linux that Swift's view of the C library leaves out.
        .target(name: "CRename"),
        .target(name: "CBuild", cSettings: [.define("CENTROID_COMMIT", to: "\"\(commit)\"")]),
        // Rooms. The arrows point one way: see docs/architecture.md.
        .target(name: "Checksum", dependencies: ["CCrypto"], swiftSettings: house),
        .target(
            name: "Approx",
            dependencies: ["CLAPACK"],
            resources: priceLists.map { .embedInCode("Price/Lists/\($0)") },
            swiftSettings: house
        ),
        .target(
            name: "Network",
            dependencies: [
                "Approx", "Checksum", "CDNNL", "CPNG", "CTurboJPEG", "CZlib",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: house
        ),
        // What a plugin for OpenFHE offers; the plugin itself is built by scripts/openfhe.
        .target(name: "COpenFHE", exclude: ["plugin"], linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "Encryption", dependencies: ["Approx", "COpenFHE", "Network"], swiftSettings: house),
        .target(
            name: "Migrations",
            path: "migrations",
            resources: migrations.map { .embedInCode($0) },
            swiftSettings: house
        ),
        .target(
            name: "Store",
            dependencies: [
                "Approx", "Checksum", "CRename", "Migrations",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: house
        ),
        .target(name: "Scheduler", dependencies: ["Approx", "Store"], swiftSettings: house),
        // Drawings and pages; it knows nothing of networks.
        .target(name: "Chart", swiftSettings: house),
        .target(
            name: "Worker",
            dependencies: [
                "Approx", "CBuild", "Encryption", "Network", "Scheduler", "Store",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Approx", "Chart", "Checksum", "Encryption", "Network", "Scheduler", "Store", "Worker",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "centroid-bench",
            dependencies: [
                "Approx", "Encryption", "Network", "Scheduler", "Store", "Worker",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Benchmarks/Bench",
            swiftSettings: house
        ),
        .testTarget(
            name: "ApproxTests",
            dependencies: ["Approx"],
            resources: [.copy("Fixtures")],
            swiftSettings: house
        ),
        .testTarget(name: "ChartTests", dependencies: ["Chart"], swiftSettings: house),
        .testTarget(
            name: "NetworkTests",
            dependencies: ["Approx", "CDNNL", "Checksum", "Network"],
            resources: [.copy("Fixtures")],
            swiftSettings: house
        ),
        .testTarget(
            name: "EncryptionTests",
            dependencies: ["Approx", "Encryption", "Network", "Store"],
            swiftSettings: house
        ),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Approx", "Migrations", "Store", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: house
        ),
        .testTarget(
            name: "SchedulerTests",
            dependencies: ["Approx", "Scheduler", "Store"],
            swiftSettings: house
        ),
        // A worker process whose jobs crash, hang and allocate.
        .executableTarget(
            name: "centroid-fault-worker",
            dependencies: ["Store", "Worker", .product(name: "Logging", package: "swift-log")],
            path: "Tests/FaultWorker",
            swiftSettings: house
        ),
        .testTarget(
            name: "WorkerTests",
            dependencies: [
                "centroid-fault-worker", "Approx", "Encryption", "Network", "Scheduler", "Store", "Worker",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "CLITests",
            dependencies: ["CLI", "Store"],
            swiftSettings: house
        ),
    ]
)
