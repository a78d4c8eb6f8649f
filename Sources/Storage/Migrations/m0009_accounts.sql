-- Accounts at outside services, what these do not permit, and how far their collections have been taken over.

-- Tokens are sealed (KEY:base64url); key_id tells which rows a rotation of keys still has before it.
CREATE TABLE accounts (
    service text COLLATE "C" NOT NULL CHECK (service <> ''),
    account_id text COLLATE "C" NOT NULL CHECK (account_id <> ''),
    name text,
    scopes text[] NOT NULL DEFAULT '{}',
    refresh_token text,
    access_token text,
    access_expires_at timestamptz,
    key_id text COLLATE "C" NOT NULL,
    authorized_at timestamptz NOT NULL,
    reconnect_by timestamptz,
    state text NOT NULL CHECK (state IN ('connected', 'needs_reconnect')),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (service, account_id)
);

CREATE TABLE service_refusals (
    service text COLLATE "C" NOT NULL,
    application text COLLATE "C" NOT NULL,
    endpoint text COLLATE "C" NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (service, application, endpoint)
);

-- One row for each playlist or library; a version is written when everything of it is in the catalog, and not before.
CREATE TABLE collection_syncs (
    service text COLLATE "C" NOT NULL,
    collection text COLLATE "C" NOT NULL CHECK (collection <> ''),
    version text,
    completed_at timestamptz,
    checkpoint_version text,
    checkpoint_offset integer CHECK (checkpoint_offset >= 0),
    resume_at timestamptz,
    PRIMARY KEY (service, collection),
    CHECK ((checkpoint_version IS NULL) = (checkpoint_offset IS NULL))
);
