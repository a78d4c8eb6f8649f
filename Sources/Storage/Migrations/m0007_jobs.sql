-- Work that outlives a request, when it is due, and what the service looked like over time.

CREATE TYPE job_status AS ENUM ('pending', 'running', 'done', 'failed', 'cancelled');

CREATE TABLE jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text COLLATE "C" NOT NULL CHECK (kind <> ''),
    status job_status NOT NULL DEFAULT 'pending',
    progress double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    message text,
    payload jsonb NOT NULL DEFAULT '{}',
    metadata jsonb NOT NULL DEFAULT '{}',
    checkpoint jsonb,
    -- How often it was begun, and how often in a row that ended badly since the last checkpoint.
    attempts integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    maximum_failures integer NOT NULL CHECK (maximum_failures > 0),
    idempotency_key text COLLATE "C" CHECK (idempotency_key <> ''),
    -- Whether the key stays taken when the job has ended.
    keeps_key boolean NOT NULL DEFAULT false,
    schedule text COLLATE "C",
    due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at timestamptz,
    finished_at timestamptz,
    heartbeat_at timestamptz,
    worker text,
    -- Made anew each time the job is taken; whoever writes must know it.
    claim text COLLATE "C",
    cancel_requested boolean NOT NULL DEFAULT false,
    error text,
    CHECK ((status = 'running') = (claim IS NOT NULL)),
    CHECK ((status IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE INDEX jobs_due ON jobs (due_at, id) WHERE status = 'pending';
CREATE INDEX jobs_running ON jobs (heartbeat_at) WHERE status = 'running';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_schedule ON jobs (schedule) WHERE schedule IS NOT NULL AND finished_at IS NULL;
CREATE UNIQUE INDEX jobs_key ON jobs (kind, idempotency_key)
    WHERE idempotency_key IS NOT NULL AND (keeps_key OR finished_at IS NULL);

-- Held while the job that took it still has the same claim and runs: what returns a job frees its locks.
CREATE TABLE job_locks (
    name text COLLATE "C" PRIMARY KEY CHECK (name <> ''),
    job_id bigint NOT NULL REFERENCES jobs ON DELETE CASCADE,
    claim text COLLATE "C" NOT NULL
);
CREATE INDEX job_locks_job ON job_locks (job_id);

CREATE FUNCTION announce_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(
        'segue_jobs', NEW.id || ' ' || NEW.status || CASE WHEN NEW.cancel_requested THEN ' cancel' ELSE '' END);
    RETURN NULL;
END $$;

CREATE TRIGGER announce_job AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION announce_job();
-- A heartbeat alone is no news.
CREATE TRIGGER announce_job_change AFTER UPDATE ON jobs FOR EACH ROW
    WHEN ((OLD.status, OLD.progress, OLD.message, OLD.metadata, OLD.due_at, OLD.cancel_requested)
        IS DISTINCT FROM (NEW.status, NEW.progress, NEW.message, NEW.metadata, NEW.due_at, NEW.cancel_requested))
    EXECUTE FUNCTION announce_job();

CREATE TABLE schedules (
    name text COLLATE "C" PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    cron text NOT NULL,
    -- Null for the zone of the machine that the worker runs on.
    time_zone text,
    kind text COLLATE "C" NOT NULL CHECK (kind <> ''),
    payload jsonb NOT NULL DEFAULT '{}',
    missed text NOT NULL CHECK (missed IN ('skip', 'run_once')),
    enabled boolean NOT NULL DEFAULT true,
    -- Null where no worker has looked at it yet.
    next_run timestamptz,
    last_run timestamptz,
    last_job bigint,
    last_outcome text
);
CREATE INDEX schedules_due ON schedules (next_run) WHERE enabled;

-- The catalog kept fresh without anyone watching; removing or changing it is the user's business and stays so.
INSERT INTO schedules (name, cron, kind, missed) VALUES ('nightly', '30 3 * * *', 'nightly', 'run_once');

CREATE TABLE metric_snapshots (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    job_id bigint,
    tracks bigint NOT NULL,
    artists bigint NOT NULL,
    albums bigint NOT NULL,
    playlists bigint NOT NULL,
    playlist_entries bigint NOT NULL,
    tracks_with_features bigint NOT NULL,
    -- Of the generation that serves; null where there is none.
    generation text,
    generation_tracks bigint,
    vectors bigint,
    recall double precision,
    deep_recall double precision,
    gate_passed boolean,
    gate_summary text
);
CREATE INDEX metric_snapshots_taken_at ON metric_snapshots (taken_at);
