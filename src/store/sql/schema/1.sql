CREATE TABLE batches (
    process BYTES PRIMARY KEY,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL
) KEYED;

CREATE TABLE violations (
    row_id ROW_ID,
    id BYTES NOT NULL UNIQUE,
    site TEXT NOT NULL,
    kind TEXT NOT NULL,
    class TEXT NOT NULL,
    reason TEXT NOT NULL,
    rule TEXT,
    directive TEXT NOT NULL,
    blocked TEXT NOT NULL,
    source TEXT,
    digest TEXT,
    disposition TEXT NOT NULL,
    count BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    generation TEXT,
    networks BIGINT NOT NULL
);
CREATE INDEX violations_recent ON violations (last_seen, row_id);
CREATE INDEX violations_top ON violations (count, row_id);
CREATE INDEX violations_new ON violations (first_seen, row_id);
CREATE INDEX violations_class ON violations (class, last_seen, row_id);
CREATE INDEX violations_site ON violations (site, class, last_seen, row_id);

CREATE TABLE violation_hours (
    violation BIGINT NOT NULL REFERENCES violations (row_id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (violation, hour)
) KEYED;
CREATE INDEX violation_hours_hour ON violation_hours (hour, violation, count);

CREATE TABLE violation_pages (
    violation BIGINT NOT NULL REFERENCES violations (row_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (violation, name)
) KEYED;

CREATE TABLE violation_browsers (
    violation BIGINT NOT NULL REFERENCES violations (row_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (violation, name)
) KEYED;

CREATE TABLE shed (
    site TEXT NOT NULL,
    class TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (site, class)
) KEYED;

CREATE TABLE scripts (
    row_id ROW_ID,
    id BYTES NOT NULL UNIQUE,
    site TEXT NOT NULL,
    page TEXT NOT NULL,
    kind TEXT NOT NULL,
    srcdoc BIGINT NOT NULL,
    script TEXT NOT NULL,
    digest TEXT,
    attribute TEXT,
    verdict TEXT NOT NULL,
    stops BIGINT NOT NULL,
    reason TEXT NOT NULL,
    enforced BIGINT NOT NULL,
    count BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL
);
CREATE INDEX scripts_recent ON scripts (last_seen, row_id);
CREATE INDEX scripts_site ON scripts (site, kind, last_seen, row_id);

CREATE TABLE generations (
    fingerprint TEXT PRIMARY KEY,
    at BIGINT NOT NULL
) KEYED;
CREATE INDEX generations_at ON generations (at);

CREATE TABLE events (
    row_id ROW_ID,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    exchange TEXT
);
CREATE INDEX events_at ON events (at, row_id);
CREATE INDEX events_kind ON events (kind, at, row_id);

CREATE TABLE drifts (
    site TEXT NOT NULL,
    script TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (site, script)
) KEYED;

CREATE TABLE nodes (
    row_id ROW_ID,
    name TEXT NOT NULL UNIQUE,
    number BIGINT NOT NULL,
    digest TEXT NOT NULL,
    removed BIGINT NOT NULL
);

CREATE TABLE evidence (
    node BIGINT NOT NULL REFERENCES nodes (row_id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    previous TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (node, number)
) KEYED;
CREATE INDEX evidence_at ON evidence (at);
