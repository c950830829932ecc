internal import ArgumentParser

/// How a command prints its result.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print one JSON document instead of tables.")
    var json = false
}
