-- Where a model comes from that was trained here: how, and its curve.
CREATE TABLE trainings (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    -- Hash of the wish: architecture, images, settings, seed, name.
    key TEXT NOT NULL UNIQUE CHECK (length(key) > 0),
    architecture TEXT NOT NULL CHECK (length(architecture) > 0),
    -- Fingerprint of the data set.
    dataset TEXT NOT NULL CHECK (length(dataset) = 64),
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    -- Loss and accuracies along the way, and the test figure. They follow from the wish, unless that has a budget in
    -- seconds: then they depend on the pace of the machine, too.
    report TEXT NOT NULL CHECK (json_valid(report)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX trainings_by_model ON trainings (model);
