-- Settings that are changed while Segue runs, over those of its environment.

-- What counts instead of the environment's value; where there is no row, that value does.
CREATE TABLE settings (
    name text COLLATE "C" PRIMARY KEY CHECK (name <> ''),
    value text NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- Append-only: who changed what, from what to what; null is the environment's value.
CREATE TABLE setting_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    old_value text,
    new_value text
);
CREATE INDEX setting_changes_name ON setting_changes (name, id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON setting_changes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The last two references that cost an import a look-up for each row; as with the other large tables, triggers keep them.

ALTER TABLE tracks DROP CONSTRAINT tracks_album_id_fkey;
ALTER TABLE albums DROP CONSTRAINT albums_artist_id_fkey;

CREATE FUNCTION forget_references() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_ARGV[0] = 'album' THEN
        UPDATE tracks t SET album_id = NULL FROM gone g WHERE t.album_id = g.id;
    ELSE
        UPDATE albums a SET artist_id = NULL FROM gone g WHERE a.artist_id = g.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER forget_references AFTER DELETE ON albums REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION forget_references('album');
CREATE TRIGGER forget_references AFTER DELETE ON artists REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION forget_references('artist');
