-- Feature spaces, the vectors in them, and the index generations made from those.

CREATE TABLE feature_spaces (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE feature_vectors (
    space_id bigint NOT NULL REFERENCES feature_spaces ON DELETE CASCADE,
    track_id bigint NOT NULL REFERENCES tracks ON DELETE CASCADE,
    -- float32, little-endian.
    vector bytea NOT NULL CHECK (octet_length(vector) % 4 = 0),
    -- The mask of Coverage, as bits.
    coverage bigint NOT NULL,
    PRIMARY KEY (space_id, track_id)
);
-- Floats do not compress; trying costs time.
ALTER TABLE feature_vectors ALTER COLUMN vector SET STORAGE EXTERNAL;
CREATE INDEX feature_vectors_track ON feature_vectors (track_id);

CREATE TABLE index_generations (
    id text COLLATE "C" PRIMARY KEY CHECK (id <> ''),
    space_id bigint NOT NULL REFERENCES feature_spaces ON DELETE RESTRICT,
    tracks bigint NOT NULL CHECK (tracks >= 0),
    published_at double precision NOT NULL,
    database text NOT NULL,
    position xid8 NOT NULL,
    manifest text NOT NULL,
    is_current boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX index_generations_current ON index_generations (is_current) WHERE is_current;
