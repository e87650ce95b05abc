CREATE TRIGGER evidence_stays BEFORE UPDATE ON evidence BEGIN
    SELECT RAISE(ABORT, 'evidence is only ever added to');
END;
CREATE TRIGGER evidence_is_kept BEFORE DELETE ON evidence
WHEN OLD.number > (SELECT removed FROM nodes WHERE row_id = OLD.node) BEGIN
    SELECT RAISE(ABORT, 'evidence is kept until its time is over');
END;
CREATE TRIGGER nodes_stay BEFORE DELETE ON nodes BEGIN
    SELECT RAISE(ABORT, 'the end of a chain of evidence is kept');
END;
