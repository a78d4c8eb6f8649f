-- Files of sound that were analysed here, and what their sound is like.

CREATE TABLE music_files (
    path text COLLATE "C" PRIMARY KEY CHECK (path <> ''),
    size bigint NOT NULL,
    -- Nanoseconds since 1970.
    modified bigint NOT NULL,
    -- SHA-256 in hexadecimal; null where the file could not be read.
    content text COLLATE "C",
    version integer NOT NULL,
    refusal text,
    message text,
    duration double precision,
    -- The whole fingerprint, and those of its numbers by which others are looked for.
    print bigint[],
    keys bigint[],
    analyzed_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((refusal IS NULL) = (message IS NULL))
);
CREATE INDEX music_files_content ON music_files (content);
CREATE INDEX music_files_keys ON music_files USING gin (keys);

CREATE TABLE sound_descriptors (
    track_id bigint NOT NULL REFERENCES tracks ON DELETE CASCADE,
    provider text COLLATE "C" NOT NULL CHECK (provider <> ''),
    version integer NOT NULL,
    descriptors jsonb NOT NULL,
    -- What the blocks sound and structure are made from.
    sound real[] NOT NULL,
    form real[] NOT NULL,
    source text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (track_id, provider)
);
