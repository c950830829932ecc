internal import Approx
internal import Store

/// How the jobs of one kind are run: what goes first, how long they may take, how often they are tried.
struct JobClass {
    let priority: Int
    let timeout: Duration
    var policy = RetryPolicy()
    var resourceClass = ResourceClass.light

    /// Shards first, because everything waits for them; then what gives the user the next figure.
    static let capture = JobClass(priority: 90, timeout: .seconds(3600))
    static let evaluateOriginal = JobClass(priority: 80, timeout: .seconds(3600))
    static let fit = JobClass(priority: 70, timeout: .seconds(1800))
    static let choosePlan = JobClass(priority: 60, timeout: .seconds(600))
    static let evaluateLayer = JobClass(priority: 50, timeout: .seconds(4 * 3600))
    /// Milliseconds, and everything waits for it.
    static let search = JobClass(priority: 55, timeout: .seconds(600))
    static let sensitivity = JobClass(priority: 45, timeout: .seconds(4 * 3600), resourceClass: .heavy)
    static let evaluatePlan = JobClass(priority: 40, timeout: .seconds(3600))
    /// On all cores, when what takes one core has shown its figures.
    static let reconstruct = JobClass(priority: 35, timeout: .seconds(4 * 3600), resourceClass: .heavy)
    /// Somebody waits for it. Hours where a deep network has many batches.
    static let check = JobClass(priority: 45, timeout: .seconds(7 * 24 * 3600), resourceClass: .heavy)
    /// Somebody waits for it.
    static let train = JobClass(priority: 45, timeout: trainingTimeout, resourceClass: .heavy)
    static let distil = JobClass(priority: 25, timeout: trainingTimeout, resourceClass: .heavy)
    static let retrain = JobClass(priority: 25, timeout: trainingTimeout, resourceClass: .heavy)
    static let test = JobClass(priority: 30, timeout: .seconds(3600))

    /// Longer than any budget in time: the first steps do not tell exactly how long all of them take.
    private static let trainingTimeout = TrainingBudget.longest + .seconds(24 * 3600)
}
