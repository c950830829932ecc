internal import ArgumentParser
internal import Network
internal import Store

extension EvaluationMode: ExpressibleByArgument {}

/// The images of a check.
enum CheckSplit: String, CaseIterable, ExpressibleByArgument {
    case validation
    case test

    var split: Split { self == .validation ? .validation : .test }
    var name: SplitName { self == .validation ? .validation : .test }
}
