-- What was heard, skipped, liked and served. Like the other tables with at least as many rows as there are tracks it has no
-- references; what belonged to a track goes with it.

CREATE TABLE plays (
    source text COLLATE "C" NOT NULL CHECK (source <> ''),
    played_at timestamptz NOT NULL,
    track_id bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('played', 'skipped', 'liked', 'served')),
    -- How long it was heard.
    ms_played integer CHECK (ms_played >= 0),
    -- Why it ended, in the source's word.
    reason text,
    offline boolean,
    PRIMARY KEY (source, played_at, track_id)
);
CREATE INDEX plays_track ON plays (track_id, played_at);

CREATE OR REPLACE FUNCTION forget_belongings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM external_ids x USING gone g WHERE x.kind = TG_ARGV[0]::entity_kind AND x.entity_id = g.id;
    IF TG_ARGV[0] = 'track' THEN
        DELETE FROM track_artists a USING gone g WHERE a.track_id = g.id;
        DELETE FROM audio_features f USING gone g WHERE f.track_id = g.id;
        DELETE FROM playlist_entries e USING gone g WHERE e.track_id = g.id;
        DELETE FROM plays p USING gone g WHERE p.track_id = g.id;
        INSERT INTO track_removals (track_id) SELECT id FROM gone
        ON CONFLICT (track_id) DO UPDATE SET changed_in = pg_current_xact_id();
    ELSIF TG_ARGV[0] = 'playlist' THEN
        DELETE FROM playlist_entries e USING gone g WHERE e.playlist_id = g.id;
    END IF;
    RETURN NULL;
END $$;
