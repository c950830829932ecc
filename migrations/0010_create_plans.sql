-- A plan says for every layer of a model what stands there; no approximation means the original activation.
CREATE TABLE plans (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    -- What the user reads; several plans may share a name when their settings differ.
    name TEXT NOT NULL CHECK (length(name) > 0),
    -- Hash of the wish that the plan fulfils: jobs refer to a plan by it before the plan exists.
    key TEXT NOT NULL,
    method TEXT NOT NULL CHECK (length(method) BETWEEN 1 AND 64 AND method NOT GLOB '*[^a-z0-9-]*'),
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    levels INTEGER NOT NULL CHECK (levels >= 0),
    created_at INTEGER NOT NULL,
    -- Encoded linear layers where the method refits them; NULL keeps the model's own.
    weights BLOB,
    UNIQUE (model, key)
) STRICT;

CREATE TABLE plan_layers (
    plan INTEGER NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    layer INTEGER NOT NULL REFERENCES layers (id) ON DELETE CASCADE,
    approximation INTEGER REFERENCES approximations (id) ON DELETE CASCADE,
    PRIMARY KEY (plan, layer)
) STRICT, WITHOUT ROWID;

CREATE INDEX plan_layers_by_layer ON plan_layers (layer);
CREATE INDEX plan_layers_by_approximation ON plan_layers (approximation);
