-- What outside services said, and how their values compare.

-- Answers by service and key; a body of null says that there is no such thing.
CREATE TABLE service_responses (
    service text COLLATE "C" NOT NULL CHECK (service <> ''),
    key text COLLATE "C" NOT NULL CHECK (key <> ''),
    body text,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (service, key)
);
CREATE INDEX service_responses_expiry ON service_responses (expires_at);

-- One row for each track that a source was asked about: what it says, or with retry_at that it does not know the track.
CREATE TABLE enrichments (
    track_id bigint NOT NULL REFERENCES tracks ON DELETE CASCADE,
    source text COLLATE "C" NOT NULL CHECK (source <> ''),
    version text COLLATE "C" NOT NULL,
    categories jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(categories) = 'object'),
    confidence double precision CHECK (confidence BETWEEN 0 AND 1),
    updated_at timestamptz NOT NULL DEFAULT now(),
    retry_at timestamptz,
    PRIMARY KEY (track_id, source)
);
CREATE INDEX enrichments_source ON enrichments (source, track_id);

-- How a provider's audio features become comparable with the reference's.
CREATE TABLE feature_calibrations (
    provider text COLLATE "C" PRIMARY KEY CHECK (provider <> ''),
    reference text COLLATE "C" NOT NULL CHECK (reference <> provider),
    calibration jsonb NOT NULL,
    fitted_at timestamptz NOT NULL DEFAULT now()
);
