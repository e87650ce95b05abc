CREATE TABLE page_seen (
    site TEXT NOT NULL,
    rule TEXT NOT NULL,
    enforced BIGINT NOT NULL,
    responses BIGINT NOT NULL,
    stopped BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (site, rule, enforced)
) KEYED;
CREATE INDEX page_seen_last ON page_seen (last_seen);

CREATE TABLE page_hours (
    hour BIGINT NOT NULL,
    site TEXT NOT NULL,
    rule TEXT NOT NULL,
    enforced BIGINT NOT NULL,
    responses BIGINT NOT NULL,
    stopped BIGINT NOT NULL,
    PRIMARY KEY (hour, enforced, site, rule)
) KEYED;

CREATE TABLE policy_texts (
    fingerprint TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
) KEYED;
CREATE INDEX policy_texts_at ON policy_texts (at);

CREATE TABLE class_hours (
    hour BIGINT NOT NULL,
    site TEXT NOT NULL,
    class TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (hour, class, site)
) KEYED;
INSERT INTO class_hours (hour, site, class, count)
SELECT h.hour, v.site, v.class, CAST(sum(h.count) AS BIGINT)
FROM violation_hours h JOIN violations v ON v.row_id = h.violation
GROUP BY h.hour, v.site, v.class;

CREATE INDEX violations_of_site ON violations (site, last_seen, row_id);
CREATE INDEX violations_top_of_site ON violations (site, count, row_id);
CREATE INDEX violations_top_of_class ON violations (class, count, row_id);
CREATE INDEX violations_new_of_site ON violations (site, first_seen, row_id);
CREATE INDEX violations_of_thing ON violations (blocked, last_seen, row_id);

CREATE INDEX scripts_of_site ON scripts (site, last_seen, row_id);
CREATE INDEX scripts_by_name ON scripts (script, last_seen, row_id);
CREATE INDEX scripts_by_digest ON scripts (digest, last_seen, row_id);
