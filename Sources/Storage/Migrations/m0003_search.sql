-- Search by title and artist, and what merging imports needs.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Lower case without diacritics: "Beyoncé" and "beyonce" fold to the same text.
CREATE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN octet_length(value) = char_length(value) THEN lower(value)
    ELSE lower(regexp_replace(normalize(value, NFKD), '[\u0300-\u036f]', '', 'g')) END;

-- The index tracks_search over search_text is made by the first import, which is the cheapest moment for it.

-- Whose value counts: a source that replaces wins where it gives one, any other only fills what is missing.
CREATE FUNCTION settle(stored anyelement, given anyelement, replaces boolean) RETURNS anyelement
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT CASE WHEN replaces THEN coalesce(given, stored) ELSE coalesce(stored, given) END';

-- The first, or last, value that is not null. Strict, so that a group of one calls nothing.
CREATE FUNCTION keep_first(anyelement, anyelement) RETURNS anyelement
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT $1';
CREATE FUNCTION keep_last(anyelement, anyelement) RETURNS anyelement
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT $2';
CREATE AGGREGATE first_known(anyelement) (SFUNC = keep_first, STYPE = anyelement);
CREATE AGGREGATE last_known(anyelement) (SFUNC = keep_last, STYPE = anyelement);

-- All genres that the records of one entity name, each once, in order of first mention.
CREATE AGGREGATE concat_all(anycompatiblearray) (SFUNC = array_cat, STYPE = anycompatiblearray);
CREATE FUNCTION each_once(list text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT array_agg(item ORDER BY place) FROM (
            SELECT item, min(place) AS place FROM unnest(list) WITH ORDINALITY AS u (item, place) GROUP BY item) AS once';
