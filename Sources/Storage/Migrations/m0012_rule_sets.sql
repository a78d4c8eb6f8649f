-- Rule sets with their versions, and how rules compare texts.

-- What TextFolding.folded of the program makes of a text: without case, accents and compatibility forms. A function of
-- its own, because the search's fold() depends on the database's locale.
CREATE FUNCTION fold_text(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN octet_length(value) = char_length(value) THEN lower(value COLLATE "C") COLLATE "C"
    ELSE replace(lower(regexp_replace(normalize(value, NFKD), '[\u0300-\u036f]', '', 'g') COLLATE "und-x-icu")
        COLLATE "C", U&'\03C2', U&'\03C3') COLLATE "C" END;

CREATE TABLE rule_sets (
    id text COLLATE "C" PRIMARY KEY CHECK (id <> ''),
    version integer NOT NULL CHECK (version > 0),
    changed_at timestamptz NOT NULL DEFAULT now(),
    enabled boolean NOT NULL,
    -- Which playlist it keeps up; two rule sets cannot share one.
    target_key text COLLATE "C",
    content json NOT NULL
);
CREATE UNIQUE INDEX rule_sets_target ON rule_sets (target_key) WHERE target_key IS NOT NULL;

-- Append-only, and so without references: it outlives what it tells of.
CREATE TABLE rule_set_versions (
    rule_set_id text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    change text NOT NULL CHECK (change IN ('written', 'rolled_back', 'removed')),
    changed_at timestamptz NOT NULL DEFAULT now(),
    content json NOT NULL,
    PRIMARY KEY (rule_set_id, version)
);
