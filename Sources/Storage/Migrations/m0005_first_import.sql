-- Indexes that nothing needs while there is nothing: the first import makes them once its rows are in, which takes half as
-- long as keeping them up row by row. See CatalogTidying.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM tracks) AND NOT EXISTS (SELECT FROM external_ids) THEN
        DROP INDEX tracks_changed_in, tracks_album, tracks_genres, track_artists_first, external_ids_entity,
            playlist_entries_track;
    END IF;
END $$;
