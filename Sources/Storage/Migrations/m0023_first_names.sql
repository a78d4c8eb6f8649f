-- More indexes that the first import makes once its rows are in; see m0005_first_import.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM tracks) AND NOT EXISTS (SELECT FROM external_ids) AND NOT EXISTS (SELECT FROM artists)
        AND NOT EXISTS (SELECT FROM albums) AND NOT EXISTS (SELECT FROM playlist_entry_history)
    THEN
        DROP INDEX IF EXISTS artists_name_key, albums_name_key, playlist_entry_history_playlist;
    END IF;
END $$;
