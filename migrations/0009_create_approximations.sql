-- Approximations, exact to the last bit, with everything that made them: fitter, settings and calibration images.
CREATE TABLE approximations (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    layer INTEGER NOT NULL REFERENCES layers (id) ON DELETE CASCADE,
    degree INTEGER NOT NULL CHECK (degree > 0),
    fitter TEXT NOT NULL CHECK (length(fitter) > 0),
    granularity TEXT NOT NULL CHECK (granularity IN ('layer', 'channel')),
    settings_hash TEXT NOT NULL CHECK (length(settings_hash) = 64),
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    -- Fingerprint of the data set whose first calibration images were used.
    calibration_dataset TEXT NOT NULL CHECK (length(calibration_dataset) = 64),
    calibration_images INTEGER NOT NULL CHECK (calibration_images > 0),
    -- Range of the layer's inputs on those images.
    range_lower REAL NOT NULL,
    range_upper REAL NOT NULL CHECK (range_upper >= range_lower),
    rmse REAL NOT NULL CHECK (rmse >= 0),
    maximum_error REAL NOT NULL CHECK (maximum_error >= 0),
    -- Of the k-means clustering, where the fitter has one.
    inertia REAL,
    levels INTEGER NOT NULL CHECK (levels >= 0),
    -- Channels that took the whole layer's polynomial because their own could not be fitted.
    fallback_channels TEXT NOT NULL CHECK (json_type(fallback_channels) = 'array'),
    -- Basis, domain and coefficients of each polynomial as IEEE-754 doubles, little-endian.
    polynomials BLOB NOT NULL,
    UNIQUE (layer, degree, fitter, settings_hash, granularity, calibration_dataset, calibration_images)
) STRICT;

CREATE INDEX approximations_by_rmse ON approximations (layer, degree, fitter, levels, rmse, settings_hash);
CREATE INDEX approximations_by_model ON approximations (model);
