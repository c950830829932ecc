-- Data sets are named here so that every result can say which images it saw, by fingerprint rather than by path.
CREATE TABLE datasets (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (length(name) > 0),
    format TEXT NOT NULL CHECK (length(format) > 0),
    -- Where the files lie on this machine: the only column that a copied store may have to change.
    path TEXT NOT NULL,
    -- SHA-256 over the files' bytes in a fixed order.
    fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 64),
    channels INTEGER NOT NULL CHECK (channels > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    width INTEGER NOT NULL CHECK (width > 0),
    -- Array of class names.
    classes TEXT NOT NULL CHECK (json_type(classes) = 'array'),
    training_images INTEGER NOT NULL CHECK (training_images >= 0),
    test_images INTEGER NOT NULL CHECK (test_images >= 0),
    -- All times are milliseconds since 1970 by the store's clock.
    created_at INTEGER NOT NULL
) STRICT;
