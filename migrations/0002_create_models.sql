-- Models are kept whole, file included, so that a copied store can be resumed without the folder it came from.
CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (length(name) > 0),
    -- SHA-256 of the ONNX file.
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    -- SHA-256 over the file's digest and the canonical preprocessing: what results depend on. Job keys contain it.
    identity TEXT NOT NULL UNIQUE CHECK (length(identity) = 64),
    preprocessing TEXT NOT NULL CHECK (json_valid(preprocessing)),
    -- Name of the data set it was trained on, which may be added later.
    dataset TEXT CHECK (length(dataset) > 0),
    input_channels INTEGER NOT NULL CHECK (input_channels > 0),
    input_height INTEGER NOT NULL CHECK (input_height > 0),
    input_width INTEGER NOT NULL CHECK (input_width > 0),
    classes INTEGER NOT NULL CHECK (classes > 0),
    parameters INTEGER NOT NULL CHECK (parameters >= 0),
    -- Test counts recorded beside the model by whoever trained it.
    reference_correct INTEGER,
    reference_images INTEGER,
    created_at INTEGER NOT NULL,
    -- Last, so that reading the other columns never touches its pages.
    onnx BLOB NOT NULL,
    CHECK ((reference_correct IS NULL) = (reference_images IS NULL)),
    CHECK (reference_correct IS NULL OR reference_correct BETWEEN 0 AND reference_images)
) STRICT;

-- A layer is an activation site, in topological order from 0.
CREATE TABLE layers (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    name TEXT NOT NULL CHECK (length(name) > 0),
    -- The activation function with its parameters.
    activation TEXT NOT NULL CHECK (json_valid(activation)),
    channels INTEGER NOT NULL CHECK (channels > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    width INTEGER NOT NULL CHECK (width > 0),
    UNIQUE (model, position),
    UNIQUE (model, name)
) STRICT;
