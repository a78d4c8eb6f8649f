-- What came to a playlist or went from it at once is one row of its history: a first import writes hundreds of them in
-- place of tens of thousands.

ALTER TABLE playlist_entry_history RENAME TO former_history;
ALTER TABLE former_history RENAME CONSTRAINT playlist_entry_history_pkey TO former_history_pkey;
ALTER SEQUENCE playlist_entry_history_id_seq RENAME TO former_history_id_seq;
DROP INDEX IF EXISTS playlist_entry_history_playlist;

-- Append-only, and so without references: it outlives what it tells of.
CREATE TABLE playlist_entry_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    playlist_id bigint NOT NULL,
    -- Where the tracks stand or stood, from 0, and which they are.
    positions integer[] NOT NULL,
    track_ids bigint[] NOT NULL,
    change text NOT NULL CHECK (change IN ('added', 'removed')),
    -- What did it: an import's source, or a run; recorded_in tells imports of the same source apart.
    batch text NOT NULL,
    recorded_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK (cardinality(positions) > 0 AND cardinality(positions) = cardinality(track_ids))
);

INSERT INTO playlist_entry_history (playlist_id, positions, track_ids, change, batch, recorded_in, recorded_at)
SELECT playlist_id, array_agg(position ORDER BY id), array_agg(track_id ORDER BY id), change, batch, recorded_in, recorded_at
FROM (SELECT *, count(*) FILTER (WHERE is_first) OVER (PARTITION BY playlist_id ORDER BY id) AS part
      FROM (SELECT *, (change, batch, recorded_in, recorded_at) IS DISTINCT FROM (
                lag(change) OVER earlier, lag(batch) OVER earlier, lag(recorded_in) OVER earlier,
                lag(recorded_at) OVER earlier) AS is_first
            FROM former_history WINDOW earlier AS (PARTITION BY playlist_id ORDER BY id)) AS changes) AS parts
GROUP BY playlist_id, part, change, batch, recorded_in, recorded_at
ORDER BY min(id);

DROP TABLE former_history;

CREATE INDEX playlist_entry_history_playlist ON playlist_entry_history (playlist_id, id);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON playlist_entry_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The same, one row for each track. Its number is one that JavaScript can hold.
CREATE VIEW playlist_entry_changes AS
SELECT h.id, h.id << 24 | e.place AS number, h.playlist_id, e.position, e.track_id, h.change, h.batch, h.recorded_in, h.recorded_at
FROM playlist_entry_history h
CROSS JOIN LATERAL unnest(h.positions, h.track_ids) WITH ORDINALITY AS e (position, track_id, place);
