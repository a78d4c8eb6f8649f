-- What a reference to an artist, an album or a genre stands for, found without reading the catalog.

CREATE INDEX tracks_album ON tracks (album_id);
CREATE INDEX track_artists_first ON track_artists (artist_id, track_id) WHERE position = 0;
CREATE INDEX tracks_genres ON tracks USING gin (genres) WHERE genres <> '{}';
CREATE INDEX artists_genres ON artists USING gin (genres) WHERE genres <> '{}';
