-- Which tracks each source brought, by an id that the source gave: also what is not in the catalog, or not any more.
CREATE TABLE source_tracks (
    -- As `Source.key` writes it.
    source text COLLATE "C" NOT NULL CHECK (source <> ''),
    namespace text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    PRIMARY KEY (source, namespace, value)
);
