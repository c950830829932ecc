-- What a long job has done so far, so that its next attempt goes on from there; gone when it is done or cancelled.
CREATE TABLE job_states (
    job INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    -- Share of the work that is done.
    progress REAL NOT NULL CHECK (progress BETWEEN 0 AND 1),
    -- Work that it took, over all attempts.
    seconds REAL NOT NULL CHECK (seconds >= 0),
    saved_at INTEGER NOT NULL,
    -- As the handler of the job's kind encodes it. Last, so that reading the other columns never touches its pages.
    state BLOB NOT NULL
) STRICT;
