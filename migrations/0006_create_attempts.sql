-- Every attempt that ended, with its error, so that a retry never hides what went wrong before it.
CREATE TABLE attempts (
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    -- The fencing token of the claim.
    token INTEGER NOT NULL,
    owner TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    -- lost: the lease ran out; released: handed back unharmed; cancelled: taken away by the user.
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed', 'lost', 'released', 'cancelled')),
    error TEXT,
    PRIMARY KEY (job, token)
) STRICT, WITHOUT ROWID;
