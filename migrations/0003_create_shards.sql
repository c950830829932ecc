-- Shards are what a fit reads instead of raw activations, so a degree added later needs no further pass.
CREATE TABLE shards (
    id INTEGER PRIMARY KEY,
    layer INTEGER NOT NULL REFERENCES layers (id) ON DELETE CASCADE,
    -- Fingerprint of the data set.
    dataset TEXT NOT NULL CHECK (length(dataset) = 64),
    split TEXT NOT NULL CHECK (split IN ('calibration', 'validation', 'test')),
    first_image INTEGER NOT NULL CHECK (first_image >= 0),
    images INTEGER NOT NULL CHECK (images > 0),
    -- Encoded statistics of every channel.
    statistics BLOB NOT NULL,
    UNIQUE (layer, dataset, split, first_image, images)
) STRICT;
