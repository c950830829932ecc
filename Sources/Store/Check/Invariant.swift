internal import GRDB

/// A rule that holds after every transaction, as a query for what breaks it.
struct Invariant {
    let area: StoreFinding.Area
    /// Selects `problem` and `advice`, one row for each breach.
    let breaches: String

    func findings(in database: Database) throws -> [StoreFinding] {
        try database.rows("SELECT problem, advice FROM (\(breaches)) LIMIT \(Store.findingLimit)") { row in
            StoreFinding(area, try row.value("problem"), advice: try row.value("advice"))
        }
    }

    static let all = queue + keptResults + results
}

// MARK: - Queue

extension Invariant {
    private static let queue = [
        countsAreTrue, doneJobsEnded, leasesAreOpen, tokensGrow, blockedJobsWait, othersDoNot, endedJobsKeepNoState,
    ]

    private static let countsAreTrue = Invariant(
        area: .queue,
        breaches: """
            SELECT
                'there are ' || sum(counted) || ' ' || kind || ' jobs in the state ' || state || ', but '
                    || sum(kept) || ' are kept in job_counts' AS problem,
                '\(StoreFinding.restore)' AS advice
            FROM (
                SELECT kind, state, count(*) AS counted, 0 AS kept FROM jobs GROUP BY kind, state
                UNION ALL SELECT kind, state, 0, jobs FROM job_counts
            )
            GROUP BY kind, state HAVING sum(counted) <> sum(kept)
            """
    )

    private static let doneJobsEnded = Invariant(
        area: .queue,
        breaches: """
            SELECT
                'job ' || id || ' is done, but the attempt under its token ' || token || ' did not end so' AS problem,
                'make it again: centroid retry ' || id || ' --state done' AS advice
            FROM jobs WHERE state = 'done' AND NOT EXISTS (
                SELECT 1 FROM attempts WHERE job = jobs.id AND attempts.token = jobs.token AND outcome = 'done'
            )
            """
    )

    /// The index is named because SQLite, which does not know how few leases there are, would read every job.
    private static let leasesAreOpen = Invariant(
        area: .queue,
        breaches: """
            SELECT
                'job ' || id || ' is leased, but ' || CASE
                    WHEN owner IS NULL THEN 'to nobody'
                    WHEN lease_expires_at IS NULL OR lease_expires_at < leased_at THEN 'its lease has no end'
                    ELSE 'the attempt under its token ' || token || ' is over'
                END AS problem,
                'hand it out anew: centroid cancel ' || id || ', then centroid retry ' || id AS advice
            FROM jobs INDEXED BY jobs_leased WHERE state = 'leased' AND (
                owner IS NULL OR lease_expires_at IS NULL OR lease_expires_at < leased_at
                OR EXISTS (SELECT 1 FROM attempts WHERE job = jobs.id AND attempts.token = jobs.token)
            )
            """
    )

    private static let tokensGrow = Invariant(
        area: .queue,
        breaches: """
            SELECT
                'job ' || job || ' has an attempt under token ' || max(attempts.token) || ', beyond its own token '
                    || jobs.token AS problem,
                '\(StoreFinding.restore)' AS advice
            FROM attempts JOIN jobs ON jobs.id = job GROUP BY job HAVING max(attempts.token) > jobs.token
            """
    )

    private static let blockedJobsWait = Invariant(
        area: .queue,
        breaches: """
            SELECT
                'job ' || id || ' is blocked, but nothing keeps it' AS problem,
                'free it: centroid cancel ' || id || ', then centroid retry ' || id AS advice
            FROM jobs WHERE state = 'blocked' AND \(Store.dependenciesMet)
            """
    )

    private static let othersDoNot = Invariant(
        area: .queue,
        breaches: """
            SELECT
                'job ' || id || ' is ' || state || ', but a job that it needs is not' AS problem,
                CASE state
                    WHEN 'done' THEN 'make it again: centroid retry ' || id || ' --state done'
                    ELSE 'let it wait: centroid cancel ' || id || ', then centroid retry ' || id
                END AS advice
            FROM jobs WHERE state IN ('ready', 'leased', 'done') AND NOT \(Store.dependenciesMet)
            """
    )
}

extension Invariant {
    /// To make the job again drops the state, and makes the same results.
    private static let endedJobsKeepNoState = Invariant(
        area: .queue,
        breaches: """
            SELECT
                'job ' || id || ' is ' || jobs.state || ', but what an attempt left for the next is still kept' AS problem,
                'make it again: centroid retry ' || id || ' --state ' || jobs.state AS advice
            FROM job_states JOIN jobs ON jobs.id = job WHERE jobs.state IN ('done', 'cancelled')
            """
    )
}

// MARK: - Results

extension Invariant {
    private static let results = [plansAreComplete, planLevelsAddUp, copiesAreTrue, shardsAreComplete]

    /// By what made the plan of a row.
    private static let makeAgain = """
        'make it again: centroid retry --state done --kind ' || CASE plans.method
            WHEN 'guided' THEN 'reconstruct' WHEN 'distilled' THEN 'distil' WHEN 'retrained' THEN 'retrain'
            WHEN 'from-scratch' THEN 'retrain' ELSE 'choose-plan'
        END || ' --model ' || models.name
        """

    private static let plansAreComplete = Invariant(
        area: .results,
        breaches: """
            SELECT
                'plan ' || plans.name || ' of model ' || models.name || CASE
                    WHEN layers.id IS NULL THEN ' has layers of another model'
                    WHEN plan_layers.plan IS NULL THEN ' says nothing about layer ' || layers.name
                    ELSE ' has an approximation of another layer at ' || layers.name
                END AS problem,
                \(makeAgain) AS advice
            FROM plans JOIN models ON models.id = plans.model
            JOIN (
                SELECT plans.id AS plan, layers.id AS layer FROM plans JOIN layers ON layers.model = plans.model
                UNION SELECT plan, layer FROM plan_layers
            ) AS place ON place.plan = plans.id
            LEFT JOIN plan_layers ON plan_layers.plan = plans.id AND plan_layers.layer = place.layer
            LEFT JOIN layers ON layers.id = place.layer AND layers.model = plans.model
            LEFT JOIN approximations ON approximations.id = plan_layers.approximation
            WHERE layers.id IS NULL OR plan_layers.plan IS NULL OR approximations.layer <> layers.id
            """
    )

    private static let planLevelsAddUp = Invariant(
        area: .results,
        breaches: """
            SELECT
                'plan ' || plans.name || ' of model ' || models.name || ' has ' || plans.levels || ' levels, but its '
                    || 'approximations have ' || ifnull(sum(approximations.levels), 0) AS problem,
                \(makeAgain) AS advice
            FROM plans JOIN models ON models.id = plans.model
            LEFT JOIN plan_layers ON plan_layers.plan = plans.id
            LEFT JOIN approximations ON approximations.id = plan_layers.approximation
            GROUP BY plans.id HAVING plans.levels <> ifnull(sum(approximations.levels), 0)
            """
    )

    private static let copiesAreTrue = Invariant(
        area: .results,
        breaches: """
            SELECT
                'evaluation ' || evaluations.id || ' names other figures than its approximation '
                    || approximations.id AS problem,
                '\(StoreFinding.restore)' AS advice
            FROM evaluations JOIN approximations ON approximations.id = evaluations.approximation
            WHERE (evaluations.model, evaluations.layer, evaluations.degree, evaluations.fitter, evaluations.levels,
                evaluations.rmse, evaluations.settings_hash)
            <> (approximations.model, approximations.layer, approximations.degree, approximations.fitter,
                approximations.levels, approximations.rmse, approximations.settings_hash)
            """
    )

    /// A capture writes what every layer of a model saw, at once.
    private static let shardsAreComplete = Invariant(
        area: .results,
        breaches: """
            SELECT
                'model ' || name || ' has ' || present || ' of ' || wanted || ' shards on ' || split || ' images '
                    || first_image || '..<' || (first_image + images) AS problem,
                'capture again: centroid retry --state done --kind capture --model ' || name || ', then centroid work'
                    AS advice
            FROM (
                SELECT
                    models.name, split, first_image, shards.images, count(*) AS present,
                    (SELECT count(*) FROM layers AS every WHERE every.model = models.id) AS wanted
                FROM shards JOIN layers ON layers.id = shards.layer JOIN models ON models.id = layers.model
                GROUP BY models.id, shards.dataset, split, first_image, shards.images
            )
            WHERE present <> wanted
            """
    )
}
