-- How well a model, a single replacement or a plan classifies; the drop follows from two rows and is never stored.
CREATE TABLE evaluations (
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL CHECK (subject IN ('original', 'approximation', 'plan')),
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    approximation INTEGER REFERENCES approximations (id) ON DELETE CASCADE,
    plan INTEGER REFERENCES plans (id) ON DELETE CASCADE,
    -- Copied from the approximation, which never changes, so that the best of many is one step in an index.
    layer INTEGER REFERENCES layers (id) ON DELETE CASCADE,
    degree INTEGER,
    fitter TEXT,
    levels INTEGER,
    rmse REAL,
    settings_hash TEXT,
    -- Fingerprint of the data set.
    dataset TEXT NOT NULL CHECK (length(dataset) = 64),
    split TEXT NOT NULL CHECK (split IN ('calibration', 'validation', 'test')),
    mode TEXT NOT NULL CHECK (mode IN ('clear', 'simulated', 'encrypted')),
    -- Of the mode (noise model, ring size, ...); an empty object in clear.
    mode_settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(mode_settings)),
    first_image INTEGER NOT NULL CHECK (first_image >= 0),
    images INTEGER NOT NULL CHECK (images > 0),
    correct INTEGER NOT NULL CHECK (correct BETWEEN 0 AND images),
    -- Images on which it decides as the original network does.
    agreeing INTEGER NOT NULL CHECK (agreeing BETWEEN 0 AND images),
    -- Images whose activations left ten times the range or were not finite; counted as wrong.
    escaped INTEGER NOT NULL CHECK (escaped BETWEEN 0 AND images - correct),
    -- One share per layer of values outside the fitted range; null where nothing was replaced.
    outside_shares TEXT NOT NULL CHECK (json_type(outside_shares) = 'array'),
    -- Encoded class per image.
    predictions BLOB NOT NULL,
    CHECK ((subject = 'approximation') = (approximation IS NOT NULL)),
    CHECK ((subject = 'plan') = (plan IS NOT NULL)),
    CHECK ((subject = 'approximation') = (layer IS NOT NULL)),
    CHECK ((layer IS NULL) = (degree IS NULL)),
    CHECK ((layer IS NULL) = (fitter IS NULL)),
    CHECK ((layer IS NULL) = (levels IS NULL)),
    CHECK ((layer IS NULL) = (rmse IS NULL)),
    CHECK ((layer IS NULL) = (settings_hash IS NULL))
) STRICT;

CREATE UNIQUE INDEX evaluations_once ON evaluations (
    model, subject, ifnull(approximation, 0), ifnull(plan, 0), split, mode, dataset, first_image, images, mode_settings
);
-- Among evaluations on the same images the most correct one has the lowest drop.
CREATE INDEX evaluations_best ON evaluations (
    layer, degree, fitter, levels, dataset, first_image, images, correct DESC, rmse, settings_hash
) WHERE subject = 'approximation' AND split = 'validation' AND mode = 'clear';
CREATE INDEX evaluations_by_approximation ON evaluations (approximation) WHERE approximation IS NOT NULL;
CREATE INDEX evaluations_by_plan ON evaluations (plan) WHERE plan IS NOT NULL;
CREATE INDEX evaluations_by_layer ON evaluations (layer) WHERE layer IS NOT NULL;
