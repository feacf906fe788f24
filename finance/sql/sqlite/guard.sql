-- The ledger's guard for SQLite: what must never happen is refused here, whoever asks.
-- REPLACE removes a row without firing delete triggers, so identities are guarded as well.

-- Vouchers ---------------------------------------------------------------------------------------

CREATE TRIGGER guard_voucher_is_born_a_draft BEFORE INSERT ON finance_voucher
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a voucher is entered as a draft and then posted')
    WHERE NEW.posted_at IS NOT NULL;
    SELECT RAISE(ABORT, 'ledarna: a posted voucher cannot be replaced')
    WHERE EXISTS (SELECT 1 FROM finance_voucher WHERE id = NEW.id AND posted_at IS NOT NULL);
END;

CREATE TRIGGER guard_posted_voucher_never_changes BEFORE UPDATE ON finance_voucher
WHEN OLD.posted_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a posted voucher cannot be changed; correct it with a new voucher');
END;

CREATE TRIGGER guard_voucher_keeps_its_identity BEFORE UPDATE OF id ON finance_voucher
WHEN NEW.id IS NOT OLD.id
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a voucher keeps its identity');
END;

CREATE TRIGGER guard_posted_voucher_never_vanishes BEFORE DELETE ON finance_voucher
WHEN OLD.posted_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a posted voucher cannot be deleted; correct it with a new voucher')
    WHERE NOT EXISTS (SELECT 1 FROM finance_importtakenback WHERE sie_import_id = OLD.sie_import_id);
    SELECT RAISE(ABORT, 'ledarna: the rows of a voucher go before it')
    WHERE EXISTS (SELECT 1 FROM finance_voucherrow WHERE voucher_id = OLD.id);
END;

-- SQLite keeps what it is given in any column, so the kind of what is posted is seen to as well.
CREATE TRIGGER guard_posting BEFORE UPDATE ON finance_voucher
WHEN OLD.posted_at IS NULL AND NEW.posted_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'ledarna: the voucher does not balance')
    WHERE (SELECT SUM(amount) FROM finance_voucherrow WHERE voucher_id = NEW.id) <> 0;
    SELECT RAISE(ABORT, 'ledarna: a row has another date than its voucher, or a part of an öre')
    WHERE EXISTS (
        SELECT 1 FROM finance_voucherrow
        WHERE voucher_id = NEW.id AND (date <> NEW.date OR typeof(amount) <> 'integer'));
    SELECT RAISE(ABORT, 'ledarna: the date is outside of the fiscal year')
    WHERE NEW.date IS NOT date(NEW.date, '+0 days') OR NOT EXISTS (
        SELECT 1 FROM finance_fiscalyear
        WHERE id = NEW.fiscal_year_id AND NEW.date BETWEEN start AND "end");
    SELECT RAISE(ABORT, 'ledarna: the series belongs to another fiscal year')
    WHERE NOT EXISTS (
        SELECT 1 FROM finance_voucherseries
        WHERE id = NEW.series_id AND fiscal_year_id = NEW.fiscal_year_id);
    SELECT RAISE(ABORT, 'ledarna: the period is locked')
    WHERE EXISTS (
        SELECT 1 FROM finance_periodlock
        WHERE fiscal_year_id = NEW.fiscal_year_id AND unlocked_at IS NULL
            AND NEW.date BETWEEN start AND "end");
    SELECT RAISE(ABORT, 'ledarna: the number is recorded as missing')
    WHERE NEW.sie_import_id IS NULL AND EXISTS (
        SELECT 1 FROM finance_numbergap
        WHERE series_id = NEW.series_id AND NEW.number BETWEEN first AND last);
    SELECT RAISE(ABORT, 'ledarna: the import that it came with was taken back')
    WHERE EXISTS (SELECT 1 FROM finance_importtakenback WHERE sie_import_id = NEW.sie_import_id);
    -- While anything of an import that was taken back is there, it ends the chain.
    SELECT RAISE(ABORT, 'ledarna: an import of the year is half taken back')
    WHERE EXISTS (
        SELECT 1 FROM finance_importtakenback WHERE sie_import_id = (
            SELECT sie_import_id FROM finance_voucher
            WHERE fiscal_year_id = NEW.fiscal_year_id AND sequence IS NOT NULL
            ORDER BY sequence DESC LIMIT 1));
    SELECT RAISE(ABORT, 'ledarna: the number is taken')
    WHERE EXISTS (
        SELECT 1 FROM finance_voucher
        WHERE series_id = NEW.series_id AND number = NEW.number AND id <> NEW.id);
    SELECT RAISE(ABORT, 'ledarna: the number leaves a gap')
    WHERE NEW.number > 1
        AND NOT EXISTS (
            SELECT 1 FROM finance_voucher WHERE series_id = NEW.series_id AND number = NEW.number - 1)
        AND NOT EXISTS (
            SELECT 1 FROM finance_numbergap
            WHERE series_id = NEW.series_id AND NEW.number - 1 BETWEEN first AND last
                AND first <= 1 + (
                    SELECT COALESCE(MAX(number), 0) FROM finance_voucher
                    WHERE series_id = NEW.series_id AND number < NEW.number));
    SELECT RAISE(ABORT, 'ledarna: the place in the chain is taken')
    WHERE EXISTS (
        SELECT 1 FROM finance_voucher
        WHERE fiscal_year_id = NEW.fiscal_year_id AND sequence = NEW.sequence AND id <> NEW.id);
    SELECT RAISE(ABORT, 'ledarna: the chain has a gap')
    WHERE NEW.sequence > 1 AND NOT EXISTS (
        SELECT 1 FROM finance_voucher
        WHERE fiscal_year_id = NEW.fiscal_year_id AND sequence = NEW.sequence - 1);
    SELECT RAISE(ABORT, 'ledarna: what it corrects is not posted')
    WHERE NEW.corrects_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM finance_voucher WHERE id = NEW.corrects_id AND posted_at IS NOT NULL);
END;

-- Row by row, because grouping them first would cost more than it saves.
CREATE TRIGGER guard_totals_follow_posting AFTER UPDATE ON finance_voucher
WHEN OLD.posted_at IS NULL AND NEW.posted_at IS NOT NULL
BEGIN
    INSERT INTO finance_periodtotal
        (fiscal_year_id, account_id, month, project_id, cost_center_id, amount, rows)
    SELECT NEW.fiscal_year_id, account_id, substr(NEW.date, 1, 7) || '-01',
        project_id, cost_center_id, amount, 1
    FROM finance_voucherrow
    WHERE voucher_id = NEW.id
    ON CONFLICT (fiscal_year_id, account_id, month, COALESCE(project_id, 0), COALESCE(cost_center_id, 0))
    DO UPDATE SET amount = amount + excluded.amount, rows = rows + excluded.rows;
END;

-- Rows -------------------------------------------------------------------------------------------

CREATE TRIGGER guard_posted_voucher_gains_no_row BEFORE INSERT ON finance_voucherrow
WHEN EXISTS (SELECT 1 FROM finance_voucher WHERE id = NEW.voucher_id AND posted_at IS NOT NULL)
    OR EXISTS (
        SELECT 1 FROM finance_voucherrow r JOIN finance_voucher v ON v.id = r.voucher_id
        WHERE r.id = NEW.id AND v.posted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a posted voucher gains no row');
END;

CREATE TRIGGER guard_posted_row_never_changes BEFORE UPDATE ON finance_voucherrow
WHEN NEW.id IS NOT OLD.id
    OR EXISTS (
        SELECT 1 FROM finance_voucher
        WHERE id IN (OLD.voucher_id, NEW.voucher_id) AND posted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a row of a posted voucher cannot be changed');
END;

CREATE TRIGGER guard_posted_row_never_vanishes BEFORE DELETE ON finance_voucherrow
WHEN EXISTS (
    SELECT 1 FROM finance_voucher v
    WHERE v.id = OLD.voucher_id AND v.posted_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM finance_importtakenback WHERE sie_import_id = v.sie_import_id))
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a row of a posted voucher cannot be deleted');
END;

CREATE TRIGGER guard_totals_follow_taking_back AFTER DELETE ON finance_voucherrow
WHEN EXISTS (SELECT 1 FROM finance_voucher WHERE id = OLD.voucher_id AND posted_at IS NOT NULL)
BEGIN
    UPDATE finance_periodtotal SET amount = amount - OLD.amount, rows = rows - 1
    WHERE fiscal_year_id = (SELECT fiscal_year_id FROM finance_voucher WHERE id = OLD.voucher_id)
        AND account_id = OLD.account_id
        AND month = (SELECT substr(date, 1, 7) || '-01' FROM finance_voucher WHERE id = OLD.voucher_id)
        AND COALESCE(project_id, 0) = COALESCE(OLD.project_id, 0)
        AND COALESCE(cost_center_id, 0) = COALESCE(OLD.cost_center_id, 0);
    DELETE FROM finance_periodtotal
    WHERE fiscal_year_id = (SELECT fiscal_year_id FROM finance_voucher WHERE id = OLD.voucher_id)
        AND account_id = OLD.account_id AND rows = 0;
END;

-- Imports that are taken back ----------------------------------------------------------------------
-- The one way in which something posted goes: the last import, while nothing rests on it (docs/sie.md).

CREATE TRIGGER guard_only_the_last_step_is_taken_back BEFORE INSERT ON finance_importtakenback
BEGIN
    SELECT RAISE(ABORT, 'ledarna: the import was taken back already')
    WHERE EXISTS (
        SELECT 1 FROM finance_importtakenback WHERE id = NEW.id OR sie_import_id = NEW.sie_import_id);
    SELECT RAISE(ABORT, 'ledarna: another import was made since')
    WHERE EXISTS (
        SELECT 1 FROM finance_sieimport i
        WHERE i.id > NEW.sie_import_id
            AND NOT EXISTS (SELECT 1 FROM finance_importtakenback WHERE sie_import_id = i.id));
    SELECT RAISE(ABORT, 'ledarna: something was posted since the import')
    WHERE EXISTS (
            SELECT 1 FROM finance_voucher
            WHERE posted_at > (SELECT at FROM finance_sieimport WHERE id = NEW.sie_import_id))
        OR EXISTS (
            SELECT 1 FROM (
                SELECT fiscal_year_id, MIN(sequence) AS first FROM finance_voucher
                WHERE sie_import_id = NEW.sie_import_id AND posted_at IS NOT NULL GROUP BY fiscal_year_id
            ) own
            JOIN finance_voucher v ON v.fiscal_year_id = own.fiscal_year_id AND v.sequence > own.first
            WHERE v.sie_import_id IS NOT NEW.sie_import_id);
    SELECT RAISE(ABORT, 'ledarna: an annual report was sealed since the import')
    WHERE EXISTS (
            SELECT 1 FROM ledarna_sealedreport
            WHERE at > (SELECT at FROM finance_sieimport WHERE id = NEW.sie_import_id))
        OR EXISTS (
            SELECT 1 FROM ledarna_sealedreport s JOIN finance_voucher v
                ON v.fiscal_year_id = s.fiscal_year_id AND v.sequence = s.sequence
            WHERE v.sie_import_id = NEW.sie_import_id);
    SELECT RAISE(ABORT, 'ledarna: an anchor holds what was imported')
    WHERE EXISTS (
        SELECT 1 FROM finance_anchor a JOIN finance_voucher v
            ON v.fiscal_year_id = a.fiscal_year_id AND v.sequence = a.sequence
        WHERE v.sie_import_id = NEW.sie_import_id);
    SELECT RAISE(ABORT, 'ledarna: an audit sample was drawn from what was imported')
    WHERE EXISTS (
        SELECT 1 FROM finance_auditsample a JOIN finance_voucher v
            ON v.fiscal_year_id = a.fiscal_year_id AND v.sequence = a.sequence
        WHERE v.sie_import_id = NEW.sie_import_id);
    SELECT RAISE(ABORT, 'ledarna: the period is locked')
    WHERE EXISTS (
        SELECT 1 FROM finance_periodlock l JOIN finance_voucher v
            ON v.fiscal_year_id = l.fiscal_year_id AND v.date BETWEEN l.start AND l."end"
        WHERE l.unlocked_at IS NULL AND v.posted_at IS NOT NULL AND v.sie_import_id = NEW.sie_import_id);
END;

CREATE TRIGGER guard_taking_back_never_changes BEFORE UPDATE ON finance_importtakenback
BEGIN
    SELECT RAISE(ABORT, 'ledarna: that an import was taken back is kept as it was');
END;

CREATE TRIGGER guard_taking_back_never_vanishes BEFORE DELETE ON finance_importtakenback
BEGIN
    SELECT RAISE(ABORT, 'ledarna: that an import was taken back is kept as it was');
END;

-- Attachments, and the reasons why there is none ---------------------------------------------------

CREATE TRIGGER guard_posted_voucher_gains_no_attachment BEFORE INSERT ON finance_attachment
WHEN EXISTS (SELECT 1 FROM finance_voucher WHERE id = NEW.voucher_id AND posted_at IS NOT NULL)
    OR EXISTS (
        SELECT 1 FROM finance_attachment a JOIN finance_voucher v ON v.id = a.voucher_id
        WHERE a.id = NEW.id AND v.posted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a posted voucher gains no attachment');
END;

CREATE TRIGGER guard_posted_attachment_never_changes BEFORE UPDATE ON finance_attachment
WHEN NEW.id IS NOT OLD.id
    OR EXISTS (
        SELECT 1 FROM finance_voucher
        WHERE id IN (OLD.voucher_id, NEW.voucher_id) AND posted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: an attachment of a posted voucher cannot be changed');
END;

CREATE TRIGGER guard_posted_attachment_never_vanishes BEFORE DELETE ON finance_attachment
WHEN EXISTS (
    SELECT 1 FROM finance_voucher v
    WHERE v.id = OLD.voucher_id AND v.posted_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM finance_importtakenback WHERE sie_import_id = v.sie_import_id))
BEGIN
    SELECT RAISE(ABORT, 'ledarna: an attachment of a posted voucher cannot be deleted');
END;

CREATE TRIGGER guard_missing_receipt_is_written_once BEFORE INSERT ON finance_missingreceipt
WHEN EXISTS (SELECT 1 FROM finance_missingreceipt WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: the reason for a missing receipt cannot be changed');
END;

CREATE TRIGGER guard_missing_receipt_never_changes BEFORE UPDATE ON finance_missingreceipt
BEGIN
    SELECT RAISE(ABORT, 'ledarna: the reason for a missing receipt cannot be changed');
END;

CREATE TRIGGER guard_missing_receipt_never_vanishes BEFORE DELETE ON finance_missingreceipt
BEGIN
    SELECT RAISE(ABORT, 'ledarna: the reason for a missing receipt cannot be deleted');
END;

-- Attests, and those who had a hand in a draft -----------------------------------------------------

CREATE TRIGGER guard_attest_is_anothers BEFORE INSERT ON finance_attest
BEGIN
    SELECT RAISE(ABORT, 'ledarna: an attest is given by somebody who neither entered nor changed the voucher')
    WHERE EXISTS (SELECT 1 FROM finance_voucher WHERE id = NEW.voucher_id AND entered_by = NEW.by)
        OR EXISTS (SELECT 1 FROM finance_draftedit WHERE voucher_id = NEW.voucher_id AND by = NEW.by);
    SELECT RAISE(ABORT, 'ledarna: an attest cannot be replaced')
    WHERE EXISTS (
        SELECT 1 FROM finance_attest
        WHERE id = NEW.id OR (voucher_id = NEW.voucher_id AND by = NEW.by AND content = NEW.content));
END;

CREATE TRIGGER guard_attest_never_changes BEFORE UPDATE ON finance_attest
BEGIN
    SELECT RAISE(ABORT, 'ledarna: an attest cannot be changed');
END;

CREATE TRIGGER guard_attest_of_posted_voucher_never_vanishes BEFORE DELETE ON finance_attest
WHEN EXISTS (SELECT 1 FROM finance_voucher WHERE id = OLD.voucher_id AND posted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: an attest of a posted voucher cannot be deleted');
END;

CREATE TRIGGER guard_posted_voucher_has_no_new_edit BEFORE INSERT ON finance_draftedit
WHEN EXISTS (SELECT 1 FROM finance_voucher WHERE id = NEW.voucher_id AND posted_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM finance_draftedit WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: who changed a draft is kept as it was');
END;

CREATE TRIGGER guard_draft_edit_never_changes BEFORE UPDATE ON finance_draftedit
BEGIN
    SELECT RAISE(ABORT, 'ledarna: who changed a draft is kept as it was');
END;

CREATE TRIGGER guard_draft_edit_of_posted_voucher_never_vanishes BEFORE DELETE ON finance_draftedit
WHEN EXISTS (SELECT 1 FROM finance_voucher WHERE id = OLD.voucher_id AND posted_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: who changed a draft is kept as it was');
END;

-- What posted vouchers refer to --------------------------------------------------------------------
-- A row that REPLACE puts in the place of another fires no trigger of that other one.

CREATE TRIGGER guard_account_is_not_replaced BEFORE INSERT ON finance_account
WHEN EXISTS (SELECT 1 FROM finance_account WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: an account cannot be replaced');
END;

CREATE TRIGGER guard_project_is_not_replaced BEFORE INSERT ON finance_project
WHEN EXISTS (SELECT 1 FROM finance_project WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a project cannot be replaced');
END;

CREATE TRIGGER guard_cost_center_is_not_replaced BEFORE INSERT ON finance_costcenter
WHEN EXISTS (SELECT 1 FROM finance_costcenter WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a cost centre cannot be replaced');
END;

CREATE TRIGGER guard_series_is_not_replaced BEFORE INSERT ON finance_voucherseries
WHEN EXISTS (SELECT 1 FROM finance_voucherseries WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a series cannot be replaced');
END;

CREATE TRIGGER guard_number_gap_is_not_replaced BEFORE INSERT ON finance_numbergap
WHEN EXISTS (SELECT 1 FROM finance_numbergap WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a recorded gap cannot be replaced');
END;

CREATE TRIGGER guard_used_account_keeps_its_number BEFORE UPDATE ON finance_account
WHEN NEW.id IS NOT OLD.id
    OR (NEW.number <> OLD.number
        AND (EXISTS (SELECT 1 FROM finance_periodtotal WHERE account_id = OLD.id)
            OR EXISTS (SELECT 1 FROM finance_openingbalance WHERE account_id = OLD.id)))
BEGIN
    SELECT RAISE(ABORT, 'ledarna: an account with posted rows or opening balances keeps its number');
END;

CREATE TRIGGER guard_used_project_keeps_its_code BEFORE UPDATE ON finance_project
WHEN NEW.id IS NOT OLD.id
    OR (NEW.code <> OLD.code
        AND EXISTS (SELECT 1 FROM finance_periodtotal WHERE project_id = OLD.id))
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a project with posted rows keeps its code');
END;

CREATE TRIGGER guard_used_cost_center_keeps_its_code BEFORE UPDATE ON finance_costcenter
WHEN NEW.id IS NOT OLD.id
    OR (NEW.code <> OLD.code
        AND EXISTS (SELECT 1 FROM finance_periodtotal WHERE cost_center_id = OLD.id))
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a cost centre with posted rows keeps its code');
END;

CREATE TRIGGER guard_used_series_keeps_its_place BEFORE UPDATE ON finance_voucherseries
WHEN NEW.id IS NOT OLD.id
    OR ((NEW.code <> OLD.code OR NEW.fiscal_year_id <> OLD.fiscal_year_id)
        AND EXISTS (SELECT 1 FROM finance_voucher WHERE series_id = OLD.id AND number IS NOT NULL))
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a series with posted vouchers keeps its code and year');
END;

CREATE TRIGGER guard_number_gap_never_changes BEFORE UPDATE ON finance_numbergap
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a recorded gap cannot be changed');
END;

CREATE TRIGGER guard_number_gap_never_vanishes BEFORE DELETE ON finance_numbergap
WHEN NOT EXISTS (SELECT 1 FROM finance_importtakenback WHERE sie_import_id = OLD.sie_import_id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a recorded gap cannot be deleted');
END;

-- Years and locks --------------------------------------------------------------------------------

CREATE TRIGGER guard_years_do_not_overlap BEFORE INSERT ON finance_fiscalyear
WHEN EXISTS (
    SELECT 1 FROM finance_fiscalyear
    WHERE id = NEW.id OR (start <= NEW."end" AND "end" >= NEW.start))
BEGIN
    SELECT RAISE(ABORT, 'ledarna: fiscal years cannot overlap');
END;

CREATE TRIGGER guard_changed_years_do_not_overlap BEFORE UPDATE ON finance_fiscalyear
WHEN EXISTS (
    SELECT 1 FROM finance_fiscalyear
    WHERE start <= NEW."end" AND "end" >= NEW.start AND id <> OLD.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: fiscal years cannot overlap');
END;

CREATE TRIGGER guard_used_year_keeps_its_dates BEFORE UPDATE ON finance_fiscalyear
WHEN NEW.id IS NOT OLD.id
    OR ((NEW.start <> OLD.start OR NEW."end" <> OLD."end")
        AND EXISTS (SELECT 1 FROM finance_voucher WHERE fiscal_year_id = OLD.id AND sequence = 1))
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a fiscal year with posted vouchers keeps its dates');
END;

CREATE TRIGGER guard_lock_is_not_replaced BEFORE INSERT ON finance_periodlock
WHEN EXISTS (
    SELECT 1 FROM finance_periodlock
    WHERE id = NEW.id
        OR (fiscal_year_id = NEW.fiscal_year_id AND kind = NEW.kind AND start = NEW.start
            AND unlocked_at IS NULL AND NEW.unlocked_at IS NULL))
BEGIN
    SELECT RAISE(ABORT, 'ledarna: these days are already locked');
END;

CREATE TRIGGER guard_lock_never_vanishes BEFORE DELETE ON finance_periodlock
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a lock is never deleted; open the period with a reason instead');
END;

CREATE TRIGGER guard_lock_only_opens BEFORE UPDATE ON finance_periodlock
WHEN OLD.unlocked_at IS NOT NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.fiscal_year_id IS NOT OLD.fiscal_year_id
    OR NEW.kind IS NOT OLD.kind
    OR NEW.start IS NOT OLD.start
    OR NEW."end" IS NOT OLD."end"
    OR NEW.locked_at IS NOT OLD.locked_at
    OR NEW.locked_by_id IS NOT OLD.locked_by_id
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a lock can only be opened, once, with a reason');
END;

-- Opening balances ---------------------------------------------------------------------------------

CREATE TRIGGER guard_closed_year_gains_no_opening_balance BEFORE INSERT ON finance_openingbalance
BEGIN
    SELECT RAISE(ABORT, 'ledarna: an opening balance cannot be replaced')
    WHERE EXISTS (SELECT 1 FROM finance_openingbalance WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ledarna: an opening balance has a part of an öre')
    WHERE typeof(NEW.amount) <> 'integer';
    SELECT RAISE(ABORT, 'ledarna: the fiscal year is closed')
    WHERE EXISTS (
        SELECT 1 FROM finance_periodlock
        WHERE fiscal_year_id = NEW.fiscal_year_id AND kind = 'year' AND unlocked_at IS NULL);
END;

CREATE TRIGGER guard_closed_year_keeps_its_opening_balances BEFORE UPDATE ON finance_openingbalance
BEGIN
    SELECT RAISE(ABORT, 'ledarna: an opening balance keeps its identity')
    WHERE NEW.id IS NOT OLD.id;
    SELECT RAISE(ABORT, 'ledarna: an opening balance has a part of an öre')
    WHERE typeof(NEW.amount) <> 'integer';
    SELECT RAISE(ABORT, 'ledarna: the fiscal year is closed')
    WHERE EXISTS (
        SELECT 1 FROM finance_periodlock
        WHERE fiscal_year_id IN (OLD.fiscal_year_id, NEW.fiscal_year_id)
            AND kind = 'year' AND unlocked_at IS NULL);
END;

CREATE TRIGGER guard_closed_year_loses_no_opening_balance BEFORE DELETE ON finance_openingbalance
WHEN EXISTS (
    SELECT 1 FROM finance_periodlock
    WHERE fiscal_year_id = OLD.fiscal_year_id AND kind = 'year' AND unlocked_at IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: the fiscal year is closed');
END;

-- Traces: what the facts beside the vouchers said, and since when -----------------------------------
-- finance/traces.py names the same fields. SHA256 is the function that Django brings along.

CREATE TRIGGER guard_trace_is_chained AFTER INSERT ON finance_trace
BEGIN
    UPDATE finance_trace SET at = strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'), digest = '' WHERE id = NEW.id;
    UPDATE finance_trace SET digest = SHA256(
        COALESCE((
            SELECT digest FROM finance_trace
            WHERE subject = NEW.subject AND id < NEW.id ORDER BY id DESC LIMIT 1), '')
        || char(10) || at || char(10) || subject || char(10) || content)
    WHERE id = NEW.id;
END;

CREATE TRIGGER guard_trace_is_not_replaced BEFORE INSERT ON finance_trace
WHEN EXISTS (SELECT 1 FROM finance_trace WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a trace cannot be replaced');
END;

CREATE TRIGGER guard_trace_never_changes BEFORE UPDATE ON finance_trace
WHEN OLD.digest <> ''
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a trace cannot be changed');
END;

CREATE TRIGGER guard_trace_never_vanishes BEFORE DELETE ON finance_trace
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a trace cannot be deleted');
END;

CREATE TRIGGER guard_new_year_leaves_a_trace AFTER INSERT ON finance_fiscalyear
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'fiscalyear ' || NEW.id,
        NEW.start || char(9) || NEW."end" || char(9) || NEW.label, '');
END;

CREATE TRIGGER guard_changed_year_leaves_a_trace AFTER UPDATE ON finance_fiscalyear
WHEN NEW.start IS NOT OLD.start
    OR NEW."end" IS NOT OLD."end"
    OR NEW.label IS NOT OLD.label
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'fiscalyear ' || NEW.id,
        NEW.start || char(9) || NEW."end" || char(9) || NEW.label, '');
END;

CREATE TRIGGER guard_gone_year_leaves_a_trace AFTER DELETE ON finance_fiscalyear
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'fiscalyear ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_series_leaves_a_trace AFTER INSERT ON finance_voucherseries
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'voucherseries ' || NEW.id, NEW.fiscal_year_id || char(9) || NEW.code, '');
END;

CREATE TRIGGER guard_changed_series_leaves_a_trace AFTER UPDATE ON finance_voucherseries
WHEN NEW.fiscal_year_id IS NOT OLD.fiscal_year_id
    OR NEW.code IS NOT OLD.code
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'voucherseries ' || NEW.id, NEW.fiscal_year_id || char(9) || NEW.code, '');
END;

CREATE TRIGGER guard_gone_series_leaves_a_trace AFTER DELETE ON finance_voucherseries
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'voucherseries ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_account_leaves_a_trace AFTER INSERT ON finance_account
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'account ' || NEW.id, NEW.number || char(9) || NEW.kind, '');
END;

CREATE TRIGGER guard_changed_account_leaves_a_trace AFTER UPDATE ON finance_account
WHEN NEW.number IS NOT OLD.number
    OR NEW.kind IS NOT OLD.kind
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'account ' || NEW.id, NEW.number || char(9) || NEW.kind, '');
END;

CREATE TRIGGER guard_gone_account_leaves_a_trace AFTER DELETE ON finance_account
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'account ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_opening_balance_leaves_a_trace AFTER INSERT ON finance_openingbalance
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'openingbalance ' || NEW.id,
        NEW.fiscal_year_id || char(9) || NEW.account_id || char(9) || NEW.amount, '');
END;

CREATE TRIGGER guard_changed_opening_balance_leaves_a_trace AFTER UPDATE ON finance_openingbalance
WHEN NEW.fiscal_year_id IS NOT OLD.fiscal_year_id
    OR NEW.account_id IS NOT OLD.account_id
    OR NEW.amount IS NOT OLD.amount
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'openingbalance ' || NEW.id,
        NEW.fiscal_year_id || char(9) || NEW.account_id || char(9) || NEW.amount, '');
END;

CREATE TRIGGER guard_gone_opening_balance_leaves_a_trace AFTER DELETE ON finance_openingbalance
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'openingbalance ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_lock_leaves_a_trace AFTER INSERT ON finance_periodlock
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'periodlock ' || NEW.id,
        NEW.fiscal_year_id || char(9)
        || NEW.kind || char(9)
        || NEW.start || char(9)
        || NEW."end" || char(9)
        || NEW.locked_at || char(9)
        || COALESCE(NEW.locked_by_id, '') || char(9)
        || COALESCE(NEW.unlocked_at, '') || char(9)
        || COALESCE(NEW.unlocked_by_id, '') || char(9)
        || NEW.unlock_reason, '');
END;

CREATE TRIGGER guard_changed_lock_leaves_a_trace AFTER UPDATE ON finance_periodlock
WHEN NEW.fiscal_year_id IS NOT OLD.fiscal_year_id
    OR NEW.kind IS NOT OLD.kind
    OR NEW.start IS NOT OLD.start
    OR NEW."end" IS NOT OLD."end"
    OR NEW.locked_at IS NOT OLD.locked_at
    OR NEW.locked_by_id IS NOT OLD.locked_by_id
    OR NEW.unlocked_at IS NOT OLD.unlocked_at
    OR NEW.unlocked_by_id IS NOT OLD.unlocked_by_id
    OR NEW.unlock_reason IS NOT OLD.unlock_reason
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'periodlock ' || NEW.id,
        NEW.fiscal_year_id || char(9)
        || NEW.kind || char(9)
        || NEW.start || char(9)
        || NEW."end" || char(9)
        || NEW.locked_at || char(9)
        || COALESCE(NEW.locked_by_id, '') || char(9)
        || COALESCE(NEW.unlocked_at, '') || char(9)
        || COALESCE(NEW.unlocked_by_id, '') || char(9)
        || NEW.unlock_reason, '');
END;

CREATE TRIGGER guard_new_number_gap_leaves_a_trace AFTER INSERT ON finance_numbergap
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'numbergap ' || NEW.id,
        NEW.series_id || char(9) || NEW.first || char(9) || NEW.last || char(9) || NEW.reason, '');
END;

CREATE TRIGGER guard_gone_number_gap_leaves_a_trace AFTER DELETE ON finance_numbergap
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'numbergap ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_missing_receipt_leaves_a_trace AFTER INSERT ON finance_missingreceipt
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'missingreceipt ' || NEW.id,
        NEW.voucher_id || char(9) || NEW."by" || char(9) || NEW.at || char(9) || NEW.reason, '');
END;

CREATE TRIGGER guard_new_project_leaves_a_trace AFTER INSERT ON finance_project
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'project ' || NEW.id, NEW.code, '');
END;

CREATE TRIGGER guard_changed_project_leaves_a_trace AFTER UPDATE ON finance_project
WHEN NEW.code IS NOT OLD.code
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'project ' || NEW.id, NEW.code, '');
END;

CREATE TRIGGER guard_gone_project_leaves_a_trace AFTER DELETE ON finance_project
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'project ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_cost_center_leaves_a_trace AFTER INSERT ON finance_costcenter
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'costcenter ' || NEW.id, NEW.code, '');
END;

CREATE TRIGGER guard_changed_cost_center_leaves_a_trace AFTER UPDATE ON finance_costcenter
WHEN NEW.code IS NOT OLD.code
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'costcenter ' || NEW.id, NEW.code, '');
END;

CREATE TRIGGER guard_gone_cost_center_leaves_a_trace AFTER DELETE ON finance_costcenter
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'costcenter ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_attachment_leaves_a_trace AFTER INSERT ON finance_attachment
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'attachment ' || NEW.id,
        NEW.voucher_id || char(9)
        || NEW.line || char(9)
        || NEW.sha256 || char(9)
        || NEW.content_type || char(9)
        || NEW.size || char(9)
        || NEW.uploaded_by || char(9)
        || NEW.uploaded_at || char(9)
        || NEW.name, '');
END;

CREATE TRIGGER guard_changed_attachment_leaves_a_trace AFTER UPDATE ON finance_attachment
WHEN NEW.voucher_id IS NOT OLD.voucher_id
    OR NEW.line IS NOT OLD.line
    OR NEW.sha256 IS NOT OLD.sha256
    OR NEW.content_type IS NOT OLD.content_type
    OR NEW.size IS NOT OLD.size
    OR NEW.uploaded_by IS NOT OLD.uploaded_by
    OR NEW.uploaded_at IS NOT OLD.uploaded_at
    OR NEW.name IS NOT OLD.name
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'attachment ' || NEW.id,
        NEW.voucher_id || char(9)
        || NEW.line || char(9)
        || NEW.sha256 || char(9)
        || NEW.content_type || char(9)
        || NEW.size || char(9)
        || NEW.uploaded_by || char(9)
        || NEW.uploaded_at || char(9)
        || NEW.name, '');
END;

CREATE TRIGGER guard_gone_attachment_leaves_a_trace AFTER DELETE ON finance_attachment
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'attachment ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_attest_leaves_a_trace AFTER INSERT ON finance_attest
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'attest ' || NEW.id,
        NEW.voucher_id || char(9) || NEW."by" || char(9) || NEW.at || char(9) || NEW.content, '');
END;

CREATE TRIGGER guard_gone_attest_leaves_a_trace AFTER DELETE ON finance_attest
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'attest ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_draft_edit_leaves_a_trace AFTER INSERT ON finance_draftedit
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'draftedit ' || NEW.id,
        NEW.voucher_id || char(9) || NEW."by" || char(9) || NEW.at, '');
END;

CREATE TRIGGER guard_gone_draft_edit_leaves_a_trace AFTER DELETE ON finance_draftedit
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'draftedit ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_attest_rule_leaves_a_trace AFTER INSERT ON finance_attestrule
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'attestrule ' || NEW.id, NEW."limit", '');
END;

CREATE TRIGGER guard_changed_attest_rule_leaves_a_trace AFTER UPDATE ON finance_attestrule
WHEN NEW."limit" IS NOT OLD."limit"
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'attestrule ' || NEW.id, NEW."limit", '');
END;

CREATE TRIGGER guard_gone_attest_rule_leaves_a_trace AFTER DELETE ON finance_attestrule
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'attestrule ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_anchor_leaves_a_trace AFTER INSERT ON finance_anchor
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'anchor ' || NEW.id,
        NEW.fiscal_year_id || char(9)
        || NEW.sequence || char(9)
        || NEW.digest || char(9)
        || NEW.at || char(9)
        || NEW."by" || char(9)
        || NEW.note, '');
END;

CREATE TRIGGER guard_new_imported_balance_leaves_a_trace AFTER INSERT ON finance_importedbalance
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'importedbalance ' || NEW.id,
        NEW.fiscal_year_id || char(9) || NEW.account_id || char(9) || NEW.closing, '');
END;

CREATE TRIGGER guard_changed_imported_balance_leaves_a_trace AFTER UPDATE ON finance_importedbalance
WHEN NEW.fiscal_year_id IS NOT OLD.fiscal_year_id
    OR NEW.account_id IS NOT OLD.account_id
    OR NEW.closing IS NOT OLD.closing
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'importedbalance ' || NEW.id,
        NEW.fiscal_year_id || char(9) || NEW.account_id || char(9) || NEW.closing, '');
END;

CREATE TRIGGER guard_gone_imported_balance_leaves_a_trace AFTER DELETE ON finance_importedbalance
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'importedbalance ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_sie_import_leaves_a_trace AFTER INSERT ON finance_sieimport
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'sieimport ' || NEW.id,
        NEW.sha256 || char(9) || NEW.at || char(9) || NEW."by" || char(9) || NEW.file_name, '');
END;

CREATE TRIGGER guard_changed_sie_import_leaves_a_trace AFTER UPDATE ON finance_sieimport
WHEN NEW.sha256 IS NOT OLD.sha256
    OR NEW.at IS NOT OLD.at
    OR NEW."by" IS NOT OLD."by"
    OR NEW.file_name IS NOT OLD.file_name
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'sieimport ' || NEW.id,
        NEW.sha256 || char(9) || NEW.at || char(9) || NEW."by" || char(9) || NEW.file_name, '');
END;

CREATE TRIGGER guard_gone_sie_import_leaves_a_trace AFTER DELETE ON finance_sieimport
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'sieimport ' || OLD.id, '', '');
END;

CREATE TRIGGER guard_new_taking_back_leaves_a_trace AFTER INSERT ON finance_importtakenback
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'importtakenback ' || NEW.id,
        NEW.sie_import_id || char(9)
        || NEW.at || char(9)
        || NEW."by" || char(9)
        || NEW.reason || char(9)
        || NEW.heads, '');
END;

CREATE TRIGGER guard_new_audit_sample_leaves_a_trace AFTER INSERT ON finance_auditsample
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'auditsample ' || NEW.id,
        NEW.fiscal_year_id || char(9)
        || NEW.number || char(9)
        || NEW.method || char(9)
        || COALESCE(NEW.parameter, '') || char(9)
        || NEW.seed || char(9)
        || NEW.sequence || char(9)
        || NEW.digest || char(9)
        || NEW.size || char(9)
        || NEW."by" || char(9)
        || NEW.at, '');
END;

CREATE TRIGGER guard_new_sample_basis_leaves_a_trace AFTER INSERT ON finance_samplebasis
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'samplebasis ' || NEW.id,
        NEW.sample_id || char(9)
        || NEW.content, '');
END;

CREATE TRIGGER guard_new_sampled_voucher_leaves_a_trace AFTER INSERT ON finance_sampledvoucher
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'sampledvoucher ' || NEW.id,
        NEW.sample_id || char(9)
        || NEW.place || char(9)
        || NEW.voucher_id || char(9)
        || NEW.hit, '');
END;

CREATE TRIGGER guard_new_audit_remark_leaves_a_trace AFTER INSERT ON finance_auditremark
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'auditremark ' || NEW.id,
        NEW.sampled_id || char(9)
        || NEW.kind || char(9)
        || NEW.text || char(9)
        || NEW."by" || char(9)
        || NEW.at, '');
END;

CREATE TRIGGER guard_new_audit_note_leaves_a_trace AFTER INSERT ON finance_auditnote
BEGIN
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES ('', 'auditnote ' || NEW.id,
        NEW.fiscal_year_id || char(9)
        || NEW.text || char(9)
        || NEW."by" || char(9)
        || NEW.at, '');
END;

-- Anchors, and the verifications that were made -----------------------------------------------------

CREATE TRIGGER guard_anchor_is_not_replaced BEFORE INSERT ON finance_anchor
WHEN EXISTS (SELECT 1 FROM finance_anchor WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: an anchor cannot be changed');
END;

CREATE TRIGGER guard_anchor_never_changes BEFORE UPDATE ON finance_anchor
BEGIN
    SELECT RAISE(ABORT, 'ledarna: an anchor cannot be changed');
END;

CREATE TRIGGER guard_anchor_never_vanishes BEFORE DELETE ON finance_anchor
BEGIN
    SELECT RAISE(ABORT, 'ledarna: an anchor cannot be deleted');
END;

CREATE TRIGGER guard_verification_is_not_replaced BEFORE INSERT ON finance_verificationrun
WHEN EXISTS (SELECT 1 FROM finance_verificationrun WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a verification that was made cannot be changed');
END;

CREATE TRIGGER guard_verification_never_changes BEFORE UPDATE ON finance_verificationrun
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a verification that was made cannot be changed');
END;

CREATE TRIGGER guard_verification_never_vanishes BEFORE DELETE ON finance_verificationrun
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a verification that was made cannot be deleted');
END;

-- What auditors drew, asked and wrote ---------------------------------------------------------------

-- A sample has as many vouchers as it was drawn with: whoever adds one finds no place for it.
CREATE TRIGGER guard_sampled_voucher_is_drawn BEFORE INSERT ON finance_sampledvoucher
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is')
    WHERE EXISTS (SELECT 1 FROM finance_sampledvoucher WHERE id = NEW.id)
        OR EXISTS (
            SELECT 1 FROM finance_sampledvoucher
            WHERE sample_id = NEW.sample_id AND (place = NEW.place OR voucher_id = NEW.voucher_id))
        OR NOT EXISTS (
            SELECT 1 FROM finance_auditsample s
            JOIN finance_voucher v ON v.fiscal_year_id = s.fiscal_year_id AND v.sequence <= s.sequence
            WHERE s.id = NEW.sample_id AND v.id = NEW.voucher_id AND NEW.place BETWEEN 1 AND s.size);
END;

CREATE TRIGGER guard_audit_sample_is_not_replaced BEFORE INSERT ON finance_auditsample
WHEN EXISTS (SELECT 1 FROM finance_auditsample WHERE id = NEW.id OR (fiscal_year_id = NEW.fiscal_year_id AND number = NEW.number))
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

CREATE TRIGGER guard_audit_sample_never_changes BEFORE UPDATE ON finance_auditsample
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

CREATE TRIGGER guard_audit_sample_never_vanishes BEFORE DELETE ON finance_auditsample
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

-- A sample that was drawn without a basis is not given one afterwards.
CREATE TRIGGER guard_sample_basis_is_kept_first BEFORE INSERT ON finance_samplebasis
WHEN EXISTS (SELECT 1 FROM finance_samplebasis WHERE id = NEW.id OR sample_id = NEW.sample_id)
    OR EXISTS (SELECT 1 FROM finance_sampledvoucher WHERE sample_id = NEW.sample_id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

CREATE TRIGGER guard_sample_basis_never_changes BEFORE UPDATE ON finance_samplebasis
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

CREATE TRIGGER guard_sample_basis_never_vanishes BEFORE DELETE ON finance_samplebasis
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

CREATE TRIGGER guard_sampled_voucher_never_changes BEFORE UPDATE ON finance_sampledvoucher
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

CREATE TRIGGER guard_sampled_voucher_never_vanishes BEFORE DELETE ON finance_sampledvoucher
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

CREATE TRIGGER guard_audit_remark_is_not_replaced BEFORE INSERT ON finance_auditremark
WHEN EXISTS (SELECT 1 FROM finance_auditremark WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

CREATE TRIGGER guard_audit_remark_never_changes BEFORE UPDATE ON finance_auditremark
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

CREATE TRIGGER guard_audit_remark_never_vanishes BEFORE DELETE ON finance_auditremark
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

CREATE TRIGGER guard_audit_note_is_not_replaced BEFORE INSERT ON finance_auditnote
WHEN EXISTS (SELECT 1 FROM finance_auditnote WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

CREATE TRIGGER guard_audit_note_never_changes BEFORE UPDATE ON finance_auditnote
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

CREATE TRIGGER guard_audit_note_never_vanishes BEFORE DELETE ON finance_auditnote
BEGIN
    SELECT RAISE(ABORT, 'ledarna: what auditors drew, asked and wrote stays as it is');
END;

-- The trail ----------------------------------------------------------------------------------------

CREATE TRIGGER guard_trail_never_changes BEFORE UPDATE ON auditlog_logentry
BEGIN
    SELECT RAISE(ABORT, 'ledarna: the trail is never changed');
END;

CREATE TRIGGER guard_trail_never_vanishes BEFORE DELETE ON auditlog_logentry
BEGIN
    SELECT RAISE(ABORT, 'ledarna: the trail is never deleted');
END;

CREATE TRIGGER guard_trail_is_not_replaced BEFORE INSERT ON auditlog_logentry
WHEN EXISTS (SELECT 1 FROM auditlog_logentry WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: the trail is never changed');
END;

-- The sealed annual reports, and who signed them ---------------------------------------------------

CREATE TRIGGER guard_sealed_report_is_not_replaced BEFORE INSERT ON ledarna_sealedreport
WHEN EXISTS (
    SELECT 1 FROM ledarna_sealedreport
    WHERE id = NEW.id OR (fiscal_year_id = NEW.fiscal_year_id AND number = NEW.number)
)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a sealed annual report cannot be changed');
END;

CREATE TRIGGER guard_sealed_report_never_changes BEFORE UPDATE ON ledarna_sealedreport
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a sealed annual report cannot be changed');
END;

CREATE TRIGGER guard_sealed_report_never_vanishes BEFORE DELETE ON ledarna_sealedreport
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a sealed annual report cannot be deleted');
END;

CREATE TRIGGER guard_signature_is_not_replaced BEFORE INSERT ON ledarna_reportsignature
WHEN EXISTS (
    SELECT 1 FROM ledarna_reportsignature
    WHERE id = NEW.id OR (sealed_id = NEW.sealed_id AND "by" = NEW."by")
)
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a signature cannot be changed');
END;

CREATE TRIGGER guard_signature_never_changes BEFORE UPDATE ON ledarna_reportsignature
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a signature cannot be changed');
END;

CREATE TRIGGER guard_signature_never_vanishes BEFORE DELETE ON ledarna_reportsignature
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a signature cannot be deleted');
END;
