/// What a done job promised is there. The words of payloads are those of the scheduler's jobs.
///
/// In the order of a sweep: to make a result again is to make everything again that follows from it.
extension Invariant {
    static let keptResults = [
        capturesAreKept, fitsAreKept, originalsAreKept, layersAreEvaluated, plansAreKept("choose-plan"),
        plansAreKept("reconstruct"), plansAreKept("distil"), plansAreKept("retrain"), plansAreEvaluated, checksAreKept,
        trainingsAreKept,
    ]

    /// A rule for done jobs of one kind: `missing` is what they made, `loss` the condition under which it is gone.
    private static func kept(_ kind: String, _ missing: String, lostIf loss: String) -> Invariant {
        Invariant(
            area: .results,
            breaches: """
                SELECT
                    'job ' || jobs.id || ' (\(kind)) is done, but \(missing) is gone' AS problem,
                    'make it again: centroid retry ' || jobs.id || ' --state done, then centroid work' AS advice
                FROM jobs WHERE kind = '\(kind)' AND state = 'done' AND model IS NOT NULL AND \(loss)
                """
        )
    }

    /// Shards of which only some layers are gone are found by ranges.
    private static let capturesAreKept = kept(
        "capture", "what every layer saw",
        lostIf: """
            NOT EXISTS (
                SELECT 1 FROM layers JOIN shards ON shards.layer = layers.id
                WHERE layers.model = jobs.model AND shards.dataset = payload ->> '$.dataset'
                AND shards.split = 'calibration' AND shards.first_image = payload ->> '$.firstImage'
                AND shards.images = payload ->> '$.images'
            )
            """)

    private static let fitsAreKept = kept(
        "fit", "its approximation",
        lostIf: """
            layer IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM approximations AS made
                WHERE made.layer = jobs.layer AND made.degree = jobs.degree AND made.fitter = jobs.fitter
                AND made.settings_hash = jobs.settings_hash
                AND made.calibration_dataset = payload ->> '$.calibration.dataset'
                AND made.calibration_images = payload ->> '$.calibration.images'
            )
            """)

    private static let originalsAreKept = kept(
        "evaluate-original", "its evaluation",
        lostIf: """
            NOT EXISTS (
                SELECT 1 FROM evaluations AS made
                WHERE made.model = jobs.model AND made.subject = 'original' AND \(onTheImages)
            )
            """)

    private static let layersAreEvaluated = kept(
        "evaluate-layer", "the evaluation of an approximation",
        lostIf: """
            EXISTS (
                SELECT 1 FROM approximations AS fitted
                WHERE fitted.layer = jobs.layer AND fitted.settings_hash = jobs.settings_hash
                AND fitted.degree IN (SELECT value FROM json_each(payload, '$.fits.degrees'))
                AND fitted.fitter IN (SELECT value FROM json_each(payload, '$.fits.fitters'))
                AND fitted.calibration_dataset = payload ->> '$.fits.calibration.dataset'
                AND fitted.calibration_images = payload ->> '$.fits.calibration.images'
                AND NOT EXISTS (
                    SELECT 1 FROM evaluations AS made WHERE made.approximation = fitted.id AND \(onTheImages)
                )
            )
            """)

    /// A plan has the hash that stands in its job's key.
    private static func plansAreKept(_ kind: String) -> Invariant {
        kept(
            kind, "its plan",
            lostIf: """
                NOT EXISTS (
                    SELECT 1 FROM plans WHERE plans.model = jobs.model AND '\(kind)/' || plans.key = jobs.key
                )
                """)
    }

    private static let plansAreEvaluated = kept(
        "evaluate-plan", "its evaluation",
        lostIf: """
            NOT EXISTS (
                SELECT 1 FROM plans JOIN evaluations AS made ON made.plan = plans.id
                WHERE plans.model = jobs.model AND plans.key = payload ->> '$.plan' AND \(onTheImages)
            )
            """)

    private static let checksAreKept = kept(
        "check", "what it found",
        lostIf: """
            NOT EXISTS (
                SELECT 1 FROM checks JOIN plans ON plans.id = checks.plan
                WHERE checks.model = jobs.model AND plans.key = payload ->> '$.plan'
                AND 'check/' || checks.key = jobs.key
            )
            """)

    private static let trainingsAreKept = kept(
        "train", "how its model was trained",
        lostIf: """
            NOT EXISTS (
                SELECT 1 FROM trainings
                WHERE trainings.model = jobs.model AND 'train/' || trainings.key = jobs.key
            )
            """)

    private static let onTheImages = """
        made.dataset = payload ->> '$.images.dataset' AND made.split = payload ->> '$.images.split'
        AND made.mode = 'clear' AND made.first_image = 0 AND made.images = payload ->> '$.images.images'
        """
}
