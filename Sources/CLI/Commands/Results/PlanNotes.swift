/// Which plans stand beside a comparison, and why.
struct PlanNotes {
    let plans: [ComparedPlan]
    /// Validation images that plans are compared on; nil where none was evaluated.
    let comparedImages: Int?

    var lines: [String] {
        var lines: [String] = []
        let incomplete = plans.count { !$0.isComplete }
        if incomplete > 0 {
            lines.append(
                "\(ReportWords.counted(incomplete, "plan")) with activations that are no polynomials cannot be encrypted "
                    + "and have no depth.")
        }
        let unevaluated = plans.count { $0.validation == nil }
        if unevaluated > 0 {
            lines.append(
                "\(ReportWords.counted(unevaluated, "plan")) without an evaluation on validation images: what trainings start "
                    + "from, and what --fit-only and centroid reproduce leave; centroid run with their settings makes it."
            )
        }
        let others = plans.count { $0.validation != nil && !$0.isCompared }
        if others > 0, let images = comparedImages {
            lines.append(
                "\(ReportWords.counted(others, "plan")) evaluated on other or fewer images than the "
                    + "\(Figure.count(images)) of the others cannot be on the front; to compare them, run their sweeps with "
                    + "--validation-images \(images), or their searches with --images \(images).")
        }
        return lines
    }

    /// What is to be said of trained plans that are their start; nil where there are none.
    static func kept(_ plans: [(name: String, key: String)]) -> String? {
        guard !plans.isEmpty else { return nil }
        let names = plans.map { "\($0.name) (\($0.key.prefix(8)))" }.joined(separator: ", ")
        return
            "Training took decisions away that were the original network's, on training images, so what it began with is "
            + "the plan: \(names)."
    }
}
