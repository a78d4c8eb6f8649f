-- Which tracks of the catalog a source holds similar to which; written when a track is asked about.
CREATE TABLE similar_tracks (
    track_id bigint NOT NULL REFERENCES tracks ON DELETE CASCADE,
    source text COLLATE "C" NOT NULL CHECK (source <> ''),
    similar_id bigint NOT NULL REFERENCES tracks ON DELETE CASCADE,
    similarity double precision NOT NULL CHECK (similarity BETWEEN 0 AND 1),
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (track_id, source, similar_id),
    CHECK (similar_id <> track_id)
);
CREATE INDEX similar_tracks_similar ON similar_tracks (similar_id, source);

-- What listeners hear most, by an id that the service gave: also what is not in the catalog any more.
CREATE TABLE favourites (
    account text COLLATE "C" NOT NULL,
    span text COLLATE "C" NOT NULL CHECK (span IN ('short_term', 'medium_term', 'long_term')),
    rank integer NOT NULL CHECK (rank > 0),
    namespace text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    ranked_at timestamptz NOT NULL,
    PRIMARY KEY (account, span, rank)
);
