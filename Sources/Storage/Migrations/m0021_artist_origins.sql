-- Which import made an artist, as with tracks and albums: null in rows from before.
ALTER TABLE artists ADD COLUMN import_id bigint;
ALTER TABLE artists ALTER COLUMN import_id SET DEFAULT nullif(current_setting('segue.import', true), '')::bigint;

-- Recordings that share a MusicBrainz id were once taken for one track: files that may be such are heard again.
UPDATE music_files m SET version = 0 FROM external_ids f
WHERE f.kind = 'track' AND f.namespace = 'file' AND f.value = m.path
AND EXISTS (SELECT FROM external_ids x WHERE x.kind = 'track' AND x.namespace = 'mbid' AND x.entity_id = f.entity_id)
AND EXISTS (SELECT FROM external_ids x JOIN music_files o ON o.path = x.value
    WHERE x.kind = 'track' AND x.namespace = 'file' AND x.entity_id = f.entity_id AND o.content <> m.content);
