-- What feedback on recommendations is attributed by.

-- Keys that answers' recommendation_id are made under: the newest makes them, all of them vouch for them. A process that
-- could not ask for one when it began adds its own.
CREATE TABLE recommendation_keys (
    -- 32 bytes in hexadecimal digits.
    secret text COLLATE "C" PRIMARY KEY CHECK (secret ~ '^[0-9a-f]{64}$'),
    made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO recommendation_keys (secret)
VALUES (encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'hex'));

-- Which tracks a recommendation that is remembered gave out.
CREATE INDEX plays_recommendation ON plays (recommendation_id, track_id) WHERE kind = 'served';
