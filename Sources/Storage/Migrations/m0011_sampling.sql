-- Listeners, what they say of tracks, playlists that are made for them, and how each making came out.

CREATE TABLE listeners (
    name text COLLATE "C" PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    created_at timestamptz NOT NULL DEFAULT now()
);
-- Whose imported histories and libraries are.
INSERT INTO listeners (name) VALUES ('default');

ALTER TABLE plays
    ADD COLUMN listener text COLLATE "C" NOT NULL DEFAULT 'default',
    -- Where it was heard, in the caller's own word.
    ADD COLUMN context text,
    -- What gave the track out, where something did.
    ADD COLUMN recommendation_id text COLLATE "C",
    ADD COLUMN run_id bigint,
    DROP CONSTRAINT plays_kind_check,
    ADD CONSTRAINT plays_kind_check CHECK (kind IN ('played', 'skipped', 'liked', 'disliked', 'served')),
    DROP CONSTRAINT plays_pkey,
    -- A track may be heard and liked at one moment; the first three columns are what imports look for.
    ADD PRIMARY KEY (source, played_at, track_id, kind, listener);
CREATE INDEX plays_listener ON plays (listener, track_id);

CREATE TABLE made_playlists (
    playlist_id bigint PRIMARY KEY REFERENCES playlists ON DELETE CASCADE,
    listener text COLLATE "C" NOT NULL REFERENCES listeners,
    kind text NOT NULL CHECK (kind IN ('sampled', 'daily')),
    recipe jsonb NOT NULL CHECK (jsonb_typeof(recipe) = 'object'),
    last_run bigint,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX made_playlists_listener ON made_playlists (listener, playlist_id);
CREATE UNIQUE INDEX made_playlists_daily ON made_playlists (listener) WHERE kind = 'daily';

-- Append-only, and so without a reference to the playlist, which it outlives.
CREATE TABLE playlist_runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    playlist_id bigint NOT NULL,
    listener text COLLATE "C" NOT NULL,
    cause text NOT NULL CHECK (cause IN ('create', 'reshuffle')),
    -- Joins runs that were asked for together.
    batch text NOT NULL,
    status text NOT NULL CHECK (status IN ('done', 'failed')),
    seed bigint NOT NULL,
    recipe jsonb NOT NULL,
    snapshot text NOT NULL,
    total integer NOT NULL CHECK (total >= 0),
    new_tracks integer NOT NULL CHECK (new_tracks BETWEEN 0 AND total),
    kept_tracks integer NOT NULL CHECK (kept_tracks BETWEEN 0 AND total),
    missing integer NOT NULL CHECK (missing >= 0),
    -- What was relaxed, and what each source brought.
    report jsonb NOT NULL,
    problem text,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    CHECK ((status = 'failed') = (problem IS NOT NULL))
);
CREATE INDEX playlist_runs_playlist ON playlist_runs (playlist_id, id);

CREATE TABLE playlist_run_tracks (
    run_id bigint NOT NULL REFERENCES playlist_runs ON DELETE CASCADE,
    position integer NOT NULL CHECK (position >= 0),
    track_id bigint NOT NULL,
    -- Score, its parts, who offered the track, and what had to give way for it.
    reason jsonb NOT NULL,
    PRIMARY KEY (run_id, position)
);
