-- The queue: every piece of work is a row whose key says what it is, so that asking twice adds nothing.
CREATE TABLE jobs (
    -- Never reused: a late worker must not meet another job under the number of a deleted one.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 64 AND kind NOT GLOB '*[^a-z0-9-]*'),
    key TEXT NOT NULL UNIQUE CHECK (length(key) > 0),
    state TEXT NOT NULL CHECK (state IN ('blocked', 'ready', 'leased', 'done', 'dead', 'cancelled')),
    priority INTEGER NOT NULL,
    -- A heavy job runs alone in the store; light ones fill the cores.
    resource_class TEXT NOT NULL CHECK (resource_class IN ('light', 'heavy')),
    -- What the job is about, for queries; the payload is what its handler reads.
    model INTEGER REFERENCES models (id) ON DELETE CASCADE,
    layer INTEGER REFERENCES layers (id) ON DELETE CASCADE,
    degree INTEGER,
    fitter TEXT,
    settings_hash TEXT,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    -- Retry policy. Failures are errors that a handler reported; losses are leases that ran out under a worker.
    maximum_attempts INTEGER NOT NULL CHECK (maximum_attempts > 0),
    maximum_losses INTEGER NOT NULL CHECK (maximum_losses > 0),
    backoff_base INTEGER NOT NULL CHECK (backoff_base >= 0),
    backoff_maximum INTEGER NOT NULL CHECK (backoff_maximum >= backoff_base),
    timeout INTEGER CHECK (timeout > 0),
    attempts_made INTEGER NOT NULL DEFAULT 0 CHECK (attempts_made >= 0),
    leases_lost INTEGER NOT NULL DEFAULT 0 CHECK (leases_lost >= 0),
    not_before INTEGER NOT NULL DEFAULT 0,
    -- The lease. The token grows with every claim and never shrinks.
    owner TEXT,
    token INTEGER NOT NULL DEFAULT 0 CHECK (token >= 0),
    leased_at INTEGER,
    lease_expires_at INTEGER,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    last_error TEXT,
    CHECK ((state = 'leased') = (owner IS NOT NULL)),
    CHECK ((owner IS NULL) = (leased_at IS NULL)),
    CHECK ((owner IS NULL) = (lease_expires_at IS NULL)),
    CHECK ((state IN ('done', 'dead', 'cancelled')) = (finished_at IS NOT NULL))
) STRICT;

-- In the order of claims; kind and time let a worker pass over what is not for it without reading the jobs.
CREATE INDEX jobs_ready ON jobs (priority DESC, id, kind, not_before) WHERE state = 'ready';
CREATE INDEX jobs_leased ON jobs (lease_expires_at, resource_class) WHERE state = 'leased';
CREATE INDEX jobs_blocked ON jobs (id) WHERE state = 'blocked';
CREATE INDEX jobs_failed ON jobs (state, id) WHERE state IN ('dead', 'cancelled');
CREATE INDEX jobs_by_model ON jobs (model, kind) WHERE model IS NOT NULL;
CREATE INDEX jobs_by_layer ON jobs (layer) WHERE layer IS NOT NULL;
