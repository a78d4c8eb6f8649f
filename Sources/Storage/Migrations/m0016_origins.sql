-- Which import brought a value of a track or an album: the one that made the row, or a later one that changed the value.

CREATE TABLE imports (
    -- Without a sequence, which an import that changes nothing would move: imports take turns.
    id bigint PRIMARY KEY,
    source text NOT NULL,
    authority text NOT NULL CHECK (authority IN ('table', 'service')),
    begun_at timestamptz NOT NULL DEFAULT now()
);

-- Null in rows from before, and in what no import made; the setting is of an import's transaction.
ALTER TABLE tracks ADD COLUMN import_id bigint;
ALTER TABLE tracks ALTER COLUMN import_id SET DEFAULT nullif(current_setting('segue.import', true), '')::bigint;
ALTER TABLE albums ADD COLUMN import_id bigint;
ALTER TABLE albums ALTER COLUMN import_id SET DEFAULT nullif(current_setting('segue.import', true), '')::bigint;

-- Only what changed after the row was made; without references, as other tables with as many rows as there are tracks.
CREATE TABLE value_imports (
    kind entity_kind NOT NULL,
    entity_id bigint NOT NULL,
    field text COLLATE "C" NOT NULL,
    import_id bigint NOT NULL,
    PRIMARY KEY (kind, entity_id, field)
);

CREATE FUNCTION forget_origins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM value_imports v USING gone g WHERE v.kind = TG_ARGV[0]::entity_kind AND v.entity_id = g.id;
    RETURN NULL;
END $$;
CREATE TRIGGER forget_origins AFTER DELETE ON tracks REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION forget_origins('track');
CREATE TRIGGER forget_origins AFTER DELETE ON albums REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION forget_origins('album');
