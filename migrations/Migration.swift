/// One numbered SQL file of this folder, embedded into the binary.
///
/// The files are append-only: a store knows by `PRAGMA user_version` which of them it has.
package struct Migration: Sendable {
    /// From 1, without gaps.
    package let number: Int
    /// The file's name without its number and ending.
    package let name: String
    package let sql: String

    /// Every migration in order; the element at index i has the number i + 1.
    package static let all: [Migration] = [
        ("create_datasets", PackageResources._001_create_datasets_sql),
        ("create_models", PackageResources._002_create_models_sql),
        ("create_shards", PackageResources._003_create_shards_sql),
        ("create_jobs", PackageResources._004_create_jobs_sql),
        ("create_job_dependencies", PackageResources._005_create_job_dependencies_sql),
        ("create_attempts", PackageResources._006_create_attempts_sql),
        ("create_job_counts", PackageResources._007_create_job_counts_sql),
        ("create_sweeps", PackageResources._008_create_sweeps_sql),
        ("create_approximations", PackageResources._009_create_approximations_sql),
        ("create_plans", PackageResources._010_create_plans_sql),
        ("create_evaluations", PackageResources._011_create_evaluations_sql),
        ("create_timings", PackageResources._012_create_timings_sql),
        ("count_enqueued_jobs_together", PackageResources._013_count_enqueued_jobs_together_sql),
        ("create_store_settings", PackageResources._014_create_store_settings_sql),
        ("create_job_states", PackageResources._015_create_job_states_sql),
        ("create_checks", PackageResources._016_create_checks_sql),
        ("create_sensitivities", PackageResources._017_create_sensitivities_sql),
        ("create_trainings", PackageResources._018_create_trainings_sql),
    ].enumerated().map { index, file in
        Migration(number: index + 1, name: file.0, sql: String(decoding: file.1, as: UTF8.self))
    }
}
