-- Keys that the first import makes before it commits, which takes a third of the time of keeping them up row by row. Whoever
-- writes to these tables holds the writers' lock and makes them first; see PostgresSession.takeWriterLock.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM tracks) AND NOT EXISTS (SELECT FROM external_ids) AND NOT EXISTS (SELECT FROM track_artists)
        AND NOT EXISTS (SELECT FROM audio_features) AND NOT EXISTS (SELECT FROM playlist_entries)
    THEN
        ALTER TABLE external_ids DROP CONSTRAINT external_ids_pkey;
        ALTER TABLE track_artists DROP CONSTRAINT track_artists_pkey;
        ALTER TABLE audio_features DROP CONSTRAINT audio_features_pkey;
        ALTER TABLE playlist_entries DROP CONSTRAINT playlist_entries_pkey;
    END IF;
END $$;
