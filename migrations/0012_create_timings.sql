-- How long things took and where: apart from the results, which are the same on every machine.
CREATE TABLE timings (
    id INTEGER PRIMARY KEY,
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    token INTEGER NOT NULL,
    -- A part of the job, such as load, run or encode; parts of one attempt do not repeat.
    step TEXT NOT NULL CHECK (length(step) > 0),
    seconds REAL NOT NULL CHECK (seconds >= 0),
    images INTEGER CHECK (images >= 0),
    host TEXT NOT NULL,
    threads INTEGER NOT NULL CHECK (threads > 0),
    version TEXT NOT NULL,
    git_commit TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    UNIQUE (job, token, step)
) STRICT;

-- Which job made a result: the way from an evaluation to its timings.
CREATE TABLE evaluation_origins (
    evaluation INTEGER PRIMARY KEY REFERENCES evaluations (id) ON DELETE CASCADE,
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX evaluation_origins_by_job ON evaluation_origins (job);
