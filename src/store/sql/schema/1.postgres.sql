CREATE FUNCTION evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'evidence' THEN
        IF OLD.number <= (SELECT removed FROM countersign.nodes WHERE row_id = OLD.node) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'evidence is only ever added to, and kept until its time is over'
        USING ERRCODE = 'object_not_in_prerequisite_state';
END $$;
CREATE TRIGGER evidence_stays BEFORE UPDATE OR DELETE ON evidence
    FOR EACH ROW EXECUTE FUNCTION evidence_stays();
CREATE TRIGGER evidence_is_not_emptied BEFORE TRUNCATE ON evidence
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_stays();
CREATE TRIGGER nodes_stay BEFORE DELETE ON nodes
    FOR EACH ROW EXECUTE FUNCTION evidence_stays();
