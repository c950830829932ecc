-- What became of a plan as a circuit of CKKS, stage by stage.
CREATE TABLE checks (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    plan INTEGER NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    -- Hash of the wish: plan, images, mode, seed, memory.
    key TEXT NOT NULL CHECK (length(key) > 0),
    mode TEXT NOT NULL CHECK (mode IN ('clear', 'simulated', 'encrypted')),
    -- Fingerprint of the data set.
    dataset TEXT NOT NULL CHECK (length(dataset) = 64),
    split TEXT NOT NULL CHECK (split IN ('calibration', 'validation', 'test')),
    images INTEGER NOT NULL CHECK (images > 0),
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    -- Figures of every stage. They follow from the wish, but for real encryption, which draws its own randomness.
    report TEXT NOT NULL CHECK (json_valid(report)),
    -- The circuit, and what its run took: seconds, memory, versions.
    run TEXT NOT NULL CHECK (json_valid(run)),
    created_at INTEGER NOT NULL,
    UNIQUE (plan, key)
) STRICT;

CREATE INDEX checks_by_model ON checks (model);
