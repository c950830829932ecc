-- A sweep is one wish of a user; its jobs may be shared with other sweeps that need the same work.
CREATE TABLE sweeps (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    -- Hash over the model's identity and the settings: the same wish twice is one sweep.
    key TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sweeps_by_model ON sweeps (model);

CREATE TABLE sweep_jobs (
    sweep INTEGER NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE,
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    PRIMARY KEY (sweep, job)
) STRICT, WITHOUT ROWID;

CREATE INDEX sweep_jobs_by_job ON sweep_jobs (job);
