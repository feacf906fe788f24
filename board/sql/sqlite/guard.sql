-- The board's guard for SQLite: what was written is kept, and what was approved is final, whoever asks.
-- REPLACE removes a row without firing delete triggers, so identities are guarded as well.

-- Versions of documents ----------------------------------------------------------------------------

CREATE TRIGGER board_guard_version_of_approved_minutes BEFORE INSERT ON board_documentversion
BEGIN
    SELECT RAISE(ABORT, 'ledarna: approved minutes take no further version')
    WHERE EXISTS (
        SELECT 1 FROM board_documentversion v
        JOIN board_signatory s ON s.version_id = v.id
        LEFT JOIN board_minutessignature m ON m.signatory_id = s.id
        WHERE v.document_id = NEW.document_id
        GROUP BY v.id HAVING COUNT(*) = COUNT(m.id));
    SELECT RAISE(ABORT, 'ledarna: a version of a document is never changed')
    WHERE EXISTS (
        SELECT 1 FROM board_documentversion
        WHERE id = NEW.id OR (document_id = NEW.document_id AND number = NEW.number));
END;

CREATE TRIGGER board_guard_version_never_changes BEFORE UPDATE ON board_documentversion
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a version of a document is never changed');
END;

CREATE TRIGGER board_guard_version_never_vanishes BEFORE DELETE ON board_documentversion
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a version of a document is never deleted');
END;

-- Those who are to sign ----------------------------------------------------------------------------

CREATE TRIGGER board_guard_signatory_of_signed_minutes BEFORE INSERT ON board_signatory
BEGIN
    SELECT RAISE(ABORT, 'ledarna: minutes that somebody has signed gain no signatory')
    WHERE EXISTS (
        SELECT 1 FROM board_signatory s JOIN board_minutessignature m ON m.signatory_id = s.id
        WHERE s.version_id = NEW.version_id);
    SELECT RAISE(ABORT, 'ledarna: those who are to sign are never changed')
    WHERE EXISTS (
        SELECT 1 FROM board_signatory
        WHERE id = NEW.id OR (version_id = NEW.version_id AND person_id = NEW.person_id));
END;

CREATE TRIGGER board_guard_signatory_never_changes BEFORE UPDATE ON board_signatory
BEGIN
    SELECT RAISE(ABORT, 'ledarna: those who are to sign are never changed');
END;

CREATE TRIGGER board_guard_signatory_never_vanishes BEFORE DELETE ON board_signatory
BEGIN
    SELECT RAISE(ABORT, 'ledarna: those who are to sign are never changed');
END;

-- Signatures ---------------------------------------------------------------------------------------

CREATE TRIGGER board_guard_signature_fits BEFORE INSERT ON board_minutessignature
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a signature is of the very text that was sent')
    WHERE NEW.sha256 IS NOT (
        SELECT v.sha256 FROM board_signatory s JOIN board_documentversion v ON v.id = s.version_id
        WHERE s.id = NEW.signatory_id);
    SELECT RAISE(ABORT, 'ledarna: only the latest version of minutes is signed')
    WHERE EXISTS (
        SELECT 1 FROM board_signatory s
        JOIN board_documentversion v ON v.id = s.version_id
        JOIN board_documentversion later ON later.document_id = v.document_id AND later.number > v.number
        WHERE s.id = NEW.signatory_id);
    SELECT RAISE(ABORT, 'ledarna: a signature of minutes is never changed')
    WHERE EXISTS (
        SELECT 1 FROM board_minutessignature WHERE id = NEW.id OR signatory_id = NEW.signatory_id);
END;

CREATE TRIGGER board_guard_signature_never_changes BEFORE UPDATE ON board_minutessignature
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a signature of minutes is never changed');
END;

CREATE TRIGGER board_guard_signature_never_vanishes BEFORE DELETE ON board_minutessignature
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a signature of minutes is never deleted');
END;

-- Approved minutes ---------------------------------------------------------------------------------

CREATE TRIGGER board_guard_sealed_minutes_are_signed BEFORE INSERT ON board_sealedminutes
BEGIN
    SELECT RAISE(ABORT, 'ledarna: minutes are approved when all have signed them')
    WHERE NOT EXISTS (SELECT 1 FROM board_signatory WHERE version_id = NEW.version_id)
        OR EXISTS (
            SELECT 1 FROM board_signatory s
            LEFT JOIN board_minutessignature m ON m.signatory_id = s.id
            WHERE s.version_id = NEW.version_id AND m.id IS NULL);
    SELECT RAISE(ABORT, 'ledarna: approved minutes are never changed')
    WHERE EXISTS (SELECT 1 FROM board_sealedminutes WHERE id = NEW.id OR version_id = NEW.version_id);
END;

CREATE TRIGGER board_guard_sealed_minutes_never_change BEFORE UPDATE ON board_sealedminutes
BEGIN
    SELECT RAISE(ABORT, 'ledarna: approved minutes are never changed');
END;

CREATE TRIGGER board_guard_sealed_minutes_never_vanish BEFORE DELETE ON board_sealedminutes
BEGIN
    SELECT RAISE(ABORT, 'ledarna: approved minutes are never deleted');
END;

-- What approved minutes say was decided ------------------------------------------------------------
-- What becomes of a decision is still told: who sees to it, until when, its state and the reason.

CREATE TRIGGER board_guard_decision_of_approved_minutes BEFORE INSERT ON board_decision
BEGIN
    SELECT RAISE(ABORT, 'ledarna: approved minutes gain no decision')
    WHERE EXISTS (
        SELECT 1 FROM board_sealedminutes s
        JOIN board_documentversion v ON v.id = s.version_id
        JOIN board_document d ON d.id = v.document_id
        WHERE d.meeting_id IN (NEW.meeting_id, (SELECT meeting_id FROM board_decision WHERE id = NEW.id)));
END;

CREATE TRIGGER board_guard_decision_stays_as_approved BEFORE UPDATE ON board_decision
WHEN NEW.id IS NOT OLD.id OR NEW.meeting_id IS NOT OLD.meeting_id OR NEW.item_id IS NOT OLD.item_id
    OR NEW.number IS NOT OLD.number OR NEW.text IS NOT OLD.text OR NEW.amount_ore IS NOT OLD.amount_ore
    OR NEW.account_number IS NOT OLD.account_number
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what approved minutes say was decided is never changed')
    WHERE EXISTS (
        SELECT 1 FROM board_sealedminutes s
        JOIN board_documentversion v ON v.id = s.version_id
        JOIN board_document d ON d.id = v.document_id
        WHERE d.meeting_id IN (
            OLD.meeting_id, NEW.meeting_id, (SELECT meeting_id FROM board_decision WHERE id = NEW.id)));
END;

CREATE TRIGGER board_guard_decision_never_vanishes BEFORE DELETE ON board_decision
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what approved minutes say was decided is never deleted')
    WHERE EXISTS (
        SELECT 1 FROM board_sealedminutes s
        JOIN board_documentversion v ON v.id = s.version_id
        JOIN board_document d ON d.id = v.document_id
        WHERE d.meeting_id = OLD.meeting_id);
END;

CREATE TRIGGER board_guard_approved_minutes_stay BEFORE UPDATE ON board_document
WHEN NEW.id IS NOT OLD.id OR NEW.meeting_id IS NOT OLD.meeting_id
BEGIN
    SELECT RAISE(ABORT, 'ledarna: approved minutes stay with their meeting')
    WHERE EXISTS (
        SELECT 1 FROM board_sealedminutes s JOIN board_documentversion v ON v.id = s.version_id
        WHERE v.document_id = OLD.id);
END;
