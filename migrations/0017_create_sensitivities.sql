-- What replacing one layer is foretold to do to the network, beside what it was measured to do (evaluations).
CREATE TABLE sensitivities (
    approximation INTEGER NOT NULL REFERENCES approximations (id) ON DELETE CASCADE,
    -- Fingerprint of the data set whose first calibration images were used.
    dataset TEXT NOT NULL CHECK (length(dataset) = 64),
    images INTEGER NOT NULL CHECK (images > 0),
    -- Of the random signs.
    seed INTEGER NOT NULL,
    -- Divergence of the classes in nats, to second order, averaged over the images.
    divergence REAL NOT NULL CHECK (divergence >= 0),
    PRIMARY KEY (approximation, dataset, images, seed)
) STRICT, WITHOUT ROWID;
