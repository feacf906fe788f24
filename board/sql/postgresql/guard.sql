-- The board's guard for PostgreSQL: what was written is kept, and what was approved is final, whoever asks.
-- Triggers are written as PostgreSQL gives them back, so that an altered one can be told.

CREATE OR REPLACE FUNCTION board_guard_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledarna: %', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Versions of documents ----------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION board_guard_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever signs the document and whoever writes a version of it wait for each other.
    PERFORM 1 FROM board_document WHERE id = NEW.document_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM board_documentversion v
        JOIN board_signatory s ON s.version_id = v.id
        LEFT JOIN board_minutessignature m ON m.signatory_id = s.id
        WHERE v.document_id = NEW.document_id
        GROUP BY v.id HAVING COUNT(*) = COUNT(m.id))
    THEN
        RAISE EXCEPTION 'ledarna: approved minutes take no further version'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER board_guard_version_of_approved_minutes BEFORE INSERT ON board_documentversion
FOR EACH ROW EXECUTE FUNCTION board_guard_new_version();

CREATE TRIGGER board_guard_version_never_changes BEFORE UPDATE ON board_documentversion
FOR EACH ROW EXECUTE FUNCTION board_guard_refuse('a version of a document is never changed');

CREATE TRIGGER board_guard_version_never_vanishes BEFORE DELETE ON board_documentversion
FOR EACH ROW EXECUTE FUNCTION board_guard_refuse('a version of a document is never deleted');

CREATE TRIGGER board_guard_versions_are_not_emptied BEFORE TRUNCATE ON board_documentversion
FOR EACH STATEMENT EXECUTE FUNCTION board_guard_refuse('a version of a document is never deleted');

-- Those who are to sign ----------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION board_guard_new_signatory() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM board_document d JOIN board_documentversion v ON v.document_id = d.id
    WHERE v.id = NEW.version_id FOR NO KEY UPDATE OF d;
    IF EXISTS (
        SELECT 1 FROM board_signatory s JOIN board_minutessignature m ON m.signatory_id = s.id
        WHERE s.version_id = NEW.version_id)
    THEN
        RAISE EXCEPTION 'ledarna: minutes that somebody has signed gain no signatory'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER board_guard_signatory_of_signed_minutes BEFORE INSERT ON board_signatory
FOR EACH ROW EXECUTE FUNCTION board_guard_new_signatory();

CREATE TRIGGER board_guard_signatory_never_changes BEFORE UPDATE ON board_signatory
FOR EACH ROW EXECUTE FUNCTION board_guard_refuse('those who are to sign are never changed');

CREATE TRIGGER board_guard_signatory_never_vanishes BEFORE DELETE ON board_signatory
FOR EACH ROW EXECUTE FUNCTION board_guard_refuse('those who are to sign are never changed');

CREATE TRIGGER board_guard_signatories_are_not_emptied BEFORE TRUNCATE ON board_signatory
FOR EACH STATEMENT EXECUTE FUNCTION board_guard_refuse('those who are to sign are never changed');

-- Signatures ---------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION board_guard_new_signature() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed board_documentversion;
BEGIN
    SELECT v.* INTO signed FROM board_signatory s JOIN board_documentversion v ON v.id = s.version_id
    WHERE s.id = NEW.signatory_id;
    PERFORM 1 FROM board_document WHERE id = signed.document_id FOR NO KEY UPDATE;
    IF NEW.sha256 IS DISTINCT FROM signed.sha256 THEN
        RAISE EXCEPTION 'ledarna: a signature is of the very text that was sent'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM board_documentversion
        WHERE document_id = signed.document_id AND number > signed.number)
    THEN
        RAISE EXCEPTION 'ledarna: only the latest version of minutes is signed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER board_guard_signature_fits BEFORE INSERT ON board_minutessignature
FOR EACH ROW EXECUTE FUNCTION board_guard_new_signature();

CREATE TRIGGER board_guard_signature_never_changes BEFORE UPDATE ON board_minutessignature
FOR EACH ROW EXECUTE FUNCTION board_guard_refuse('a signature of minutes is never changed');

CREATE TRIGGER board_guard_signature_never_vanishes BEFORE DELETE ON board_minutessignature
FOR EACH ROW EXECUTE FUNCTION board_guard_refuse('a signature of minutes is never deleted');

CREATE TRIGGER board_guard_signatures_are_not_emptied BEFORE TRUNCATE ON board_minutessignature
FOR EACH STATEMENT EXECUTE FUNCTION board_guard_refuse('a signature of minutes is never deleted');

-- Approved minutes ---------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION board_guard_new_sealed_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM board_signatory WHERE version_id = NEW.version_id)
        OR EXISTS (
            SELECT 1 FROM board_signatory s
            LEFT JOIN board_minutessignature m ON m.signatory_id = s.id
            WHERE s.version_id = NEW.version_id AND m.id IS NULL)
    THEN
        RAISE EXCEPTION 'ledarna: minutes are approved when all have signed them'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER board_guard_sealed_minutes_are_signed BEFORE INSERT ON board_sealedminutes
FOR EACH ROW EXECUTE FUNCTION board_guard_new_sealed_minutes();

CREATE TRIGGER board_guard_sealed_minutes_never_change BEFORE UPDATE ON board_sealedminutes
FOR EACH ROW EXECUTE FUNCTION board_guard_refuse('approved minutes are never changed');

CREATE TRIGGER board_guard_sealed_minutes_never_vanish BEFORE DELETE ON board_sealedminutes
FOR EACH ROW EXECUTE FUNCTION board_guard_refuse('approved minutes are never deleted');

CREATE TRIGGER board_guard_sealed_minutes_are_not_emptied BEFORE TRUNCATE ON board_sealedminutes
FOR EACH STATEMENT EXECUTE FUNCTION board_guard_refuse('approved minutes are never deleted');

-- What approved minutes say was decided ------------------------------------------------------------
-- What becomes of a decision is still told: who sees to it, until when, its state and the reason.

CREATE OR REPLACE FUNCTION board_guard_approved(meeting bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever approves minutes and whoever changes what they say wait for each other.
    PERFORM 1 FROM board_document WHERE meeting_id = meeting FOR NO KEY UPDATE;
    RETURN EXISTS (
        SELECT 1 FROM board_sealedminutes s
        JOIN board_documentversion v ON v.id = s.version_id
        JOIN board_document d ON d.id = v.document_id
        WHERE d.meeting_id = meeting);
END $$;

CREATE OR REPLACE FUNCTION board_guard_new_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF board_guard_approved(NEW.meeting_id) THEN
        RAISE EXCEPTION 'ledarna: approved minutes gain no decision'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER board_guard_decision_of_approved_minutes BEFORE INSERT ON board_decision
FOR EACH ROW EXECUTE FUNCTION board_guard_new_decision();

CREATE OR REPLACE FUNCTION board_guard_changed_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    followed text[] := ARRAY['responsible_id', 'due', 'state', 'reason'];
BEGIN
    IF to_jsonb(NEW) - followed IS DISTINCT FROM to_jsonb(OLD) - followed
        AND (board_guard_approved(OLD.meeting_id) OR board_guard_approved(NEW.meeting_id))
    THEN
        RAISE EXCEPTION 'ledarna: what approved minutes say was decided is never changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER board_guard_decision_stays_as_approved BEFORE UPDATE ON board_decision
FOR EACH ROW EXECUTE FUNCTION board_guard_changed_decision();

CREATE OR REPLACE FUNCTION board_guard_gone_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF board_guard_approved(OLD.meeting_id) THEN
        RAISE EXCEPTION 'ledarna: what approved minutes say was decided is never deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER board_guard_decision_never_vanishes BEFORE DELETE ON board_decision
FOR EACH ROW EXECUTE FUNCTION board_guard_gone_decision();

CREATE TRIGGER board_guard_decisions_are_not_emptied BEFORE TRUNCATE ON board_decision
FOR EACH STATEMENT EXECUTE FUNCTION board_guard_refuse('what approved minutes say was decided is never deleted');

CREATE OR REPLACE FUNCTION board_guard_moved_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.meeting_id IS DISTINCT FROM OLD.meeting_id AND EXISTS (
        SELECT 1 FROM board_sealedminutes s JOIN board_documentversion v ON v.id = s.version_id
        WHERE v.document_id = OLD.id)
    THEN
        RAISE EXCEPTION 'ledarna: approved minutes stay with their meeting'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER board_guard_approved_minutes_stay BEFORE UPDATE ON board_document
FOR EACH ROW EXECUTE FUNCTION board_guard_moved_document();
