-- The ledger's guard for PostgreSQL: what must never happen is refused here, whoever asks.
-- Posting is checked per statement, so that an import of many vouchers is checked in one go.
-- Triggers are written as PostgreSQL gives them back, so that an altered one can be told.

-- Vouchers ---------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledarna: %', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER guard_voucher_is_born_a_draft BEFORE INSERT ON finance_voucher
FOR EACH ROW WHEN (NEW.posted_at IS NOT NULL)
EXECUTE FUNCTION guard_refuse('a voucher is entered as a draft and then posted');

CREATE TRIGGER guard_posted_voucher_never_changes BEFORE UPDATE ON finance_voucher
FOR EACH ROW WHEN (OLD.posted_at IS NOT NULL)
EXECUTE FUNCTION guard_refuse('a posted voucher cannot be changed; correct it with a new voucher');

CREATE TRIGGER guard_voucher_keeps_its_identity BEFORE UPDATE ON finance_voucher
FOR EACH ROW WHEN (NEW.id IS DISTINCT FROM OLD.id)
EXECUTE FUNCTION guard_refuse('a voucher keeps its identity');

CREATE OR REPLACE FUNCTION guard_voucher_vanishes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM finance_importtakenback WHERE sie_import_id = OLD.sie_import_id) THEN
        RAISE EXCEPTION 'ledarna: a posted voucher cannot be deleted; correct it with a new voucher'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM finance_voucherrow WHERE voucher_id = OLD.id) THEN
        RAISE EXCEPTION 'ledarna: the rows of a voucher go before it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER guard_posted_voucher_never_vanishes BEFORE DELETE ON finance_voucher
FOR EACH ROW WHEN (OLD.posted_at IS NOT NULL)
EXECUTE FUNCTION guard_voucher_vanishes();

CREATE OR REPLACE FUNCTION guard_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM finance_voucher WHERE posted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'ledarna: a ledger with posted vouchers cannot be emptied'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER guard_vouchers_are_not_emptied BEFORE TRUNCATE ON finance_voucher
FOR EACH STATEMENT EXECUTE FUNCTION guard_not_emptied();

CREATE TRIGGER guard_rows_are_not_emptied BEFORE TRUNCATE ON finance_voucherrow
FOR EACH STATEMENT EXECUTE FUNCTION guard_not_emptied();

-- A transaction that keeps the view it began with could post over rows and locks that it does not see.
CREATE OR REPLACE FUNCTION guard_sees_the_present() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'ledarna: the ledger is written to at the isolation level read committed alone'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;

-- The plans are fixed to the indexes: one that was made when the tables were small would be kept for
-- the rest of a long import.
CREATE OR REPLACE FUNCTION guard_posting() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    wrong record;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM new_vouchers WHERE posted_at IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    PERFORM guard_sees_the_present();
    -- One posting at a time in a year, and none while its days are being locked.
    PERFORM 1 FROM finance_fiscalyear
    WHERE id IN (SELECT fiscal_year_id FROM new_vouchers) ORDER BY id FOR NO KEY UPDATE;

    -- While anything of an import that was taken back is there, it ends the chain.
    IF EXISTS (SELECT 1 FROM finance_importtakenback) AND EXISTS (
        SELECT 1
        FROM (SELECT DISTINCT fiscal_year_id FROM new_vouchers WHERE posted_at IS NOT NULL) y
        CROSS JOIN LATERAL (
            SELECT sie_import_id FROM finance_voucher
            WHERE fiscal_year_id = y.fiscal_year_id AND sequence IS NOT NULL
                AND id NOT IN (SELECT id FROM new_vouchers)
            ORDER BY sequence DESC LIMIT 1
        ) chained
        JOIN finance_importtakenback t ON t.sie_import_id = chained.sie_import_id)
    THEN
        RAISE EXCEPTION 'ledarna: an import of the year is half taken back'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;

    SELECT v.id, checked.what INTO wrong
    FROM (
        SELECT *,
            lag(number) OVER (PARTITION BY series_id ORDER BY number) AS number_before,
            lag(sequence) OVER (PARTITION BY fiscal_year_id ORDER BY sequence) AS sequence_before
        FROM new_vouchers WHERE posted_at IS NOT NULL
    ) v
    JOIN finance_fiscalyear y ON y.id = v.fiscal_year_id
    JOIN finance_voucherseries s ON s.id = v.series_id
    CROSS JOIN LATERAL (
        SELECT SUM(amount) AS difference, bool_or(date <> v.date) AS misdated
        FROM finance_voucherrow WHERE voucher_id = v.id
    ) r
    CROSS JOIN LATERAL (SELECT CASE
        WHEN r.difference <> 0 THEN 'the voucher does not balance'
        WHEN r.misdated THEN 'a row has another date than its voucher'
        WHEN v.date < y.start OR v.date > y."end" THEN 'the date is outside of the fiscal year'
        WHEN s.fiscal_year_id <> v.fiscal_year_id THEN 'the series belongs to another fiscal year'
        WHEN EXISTS (
            SELECT 1 FROM finance_periodlock
            WHERE fiscal_year_id = v.fiscal_year_id AND unlocked_at IS NULL
                AND v.date BETWEEN start AND "end")
            THEN 'the period is locked'
        WHEN v.sie_import_id IS NULL AND EXISTS (
            SELECT 1 FROM finance_numbergap
            WHERE series_id = v.series_id AND v.number BETWEEN first AND last)
            THEN 'the number is recorded as missing'
        WHEN EXISTS (SELECT 1 FROM finance_importtakenback WHERE sie_import_id = v.sie_import_id)
            THEN 'the import that it came with was taken back'
        WHEN v.number > 1 AND v.number_before IS DISTINCT FROM v.number - 1
            AND NOT EXISTS (
                SELECT 1 FROM finance_voucher
                WHERE series_id = v.series_id AND number = v.number - 1)
            AND NOT EXISTS (
                SELECT 1 FROM finance_numbergap
                WHERE series_id = v.series_id AND v.number - 1 BETWEEN first AND last
                    AND first <= 1 + (
                        SELECT COALESCE(MAX(number), 0) FROM finance_voucher
                        WHERE series_id = v.series_id AND number < v.number))
            THEN 'the number leaves a gap'
        WHEN v.sequence > 1 AND v.sequence_before IS DISTINCT FROM v.sequence - 1
            AND NOT EXISTS (
                SELECT 1 FROM finance_voucher
                WHERE fiscal_year_id = v.fiscal_year_id AND sequence = v.sequence - 1)
            THEN 'the chain has a gap'
        WHEN v.corrects_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM finance_voucher WHERE id = v.corrects_id AND posted_at IS NOT NULL)
            THEN 'what it corrects is not posted'
        END AS what
    ) checked
    WHERE checked.what IS NOT NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledarna: %', wrong.what
            USING ERRCODE = 'integrity_constraint_violation', DETAIL = 'voucher ' || wrong.id;
    END IF;

    INSERT INTO finance_periodtotal AS t
        (fiscal_year_id, account_id, month, project_id, cost_center_id, amount, rows)
    SELECT v.fiscal_year_id, r.account_id, date_trunc('month', v.date)::date,
        r.project_id, r.cost_center_id, SUM(r.amount), COUNT(*)
    FROM new_vouchers v JOIN finance_voucherrow r ON r.voucher_id = v.id
    WHERE v.posted_at IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (fiscal_year_id, account_id, month, COALESCE(project_id, 0::bigint), COALESCE(cost_center_id, 0::bigint))
    DO UPDATE SET amount = t.amount + excluded.amount, rows = t.rows + excluded.rows;
    RETURN NULL;
END $$;

-- No posted voucher can be updated, so whatever an update leaves posted is posted by it.
CREATE TRIGGER guard_posting AFTER UPDATE ON finance_voucher
REFERENCING NEW TABLE AS new_vouchers
FOR EACH STATEMENT EXECUTE FUNCTION guard_posting();

-- Rows and attachments: the voucher is locked first, so that none is posted while they change -------

CREATE OR REPLACE FUNCTION guard_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT voucher_id) INTO touched FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT voucher_id) INTO touched FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT voucher_id) INTO touched
        FROM (SELECT voucher_id FROM old_rows UNION SELECT voucher_id FROM new_rows) AS both_sides;
    END IF;
    PERFORM 1 FROM finance_voucher WHERE id = ANY (touched) ORDER BY id FOR SHARE;
    IF EXISTS (
        SELECT 1 FROM finance_voucher v
        WHERE v.id = ANY (touched) AND v.posted_at IS NOT NULL AND NOT (TG_OP = 'DELETE' AND EXISTS (
            SELECT 1 FROM finance_importtakenback WHERE sie_import_id = v.sie_import_id))
    ) THEN
        RAISE EXCEPTION 'ledarna: % of a posted voucher cannot be added, changed or deleted', TG_ARGV[0]
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER guard_posted_voucher_gains_no_row AFTER INSERT ON finance_voucherrow
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_rows('a row');

CREATE TRIGGER guard_posted_row_never_changes AFTER UPDATE ON finance_voucherrow
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_rows('a row');

CREATE TRIGGER guard_posted_row_never_vanishes AFTER DELETE ON finance_voucherrow
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_rows('a row');

-- Imports that are taken back: the one way in which something posted goes. It is the last import,
-- while nothing rests on it (docs/sie.md).

CREATE OR REPLACE FUNCTION guard_taking_back() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong text;
BEGIN
    -- Waits for what is being posted or locked, and lets nothing more be until it is done.
    PERFORM guard_sees_the_present();
    PERFORM 1 FROM finance_fiscalyear ORDER BY id FOR NO KEY UPDATE;
    wrong := CASE
        WHEN EXISTS (SELECT 1 FROM finance_importtakenback WHERE sie_import_id = NEW.sie_import_id)
            THEN 'the import was taken back already'
        WHEN EXISTS (
            SELECT 1 FROM finance_sieimport i
            WHERE i.id > NEW.sie_import_id
                AND NOT EXISTS (SELECT 1 FROM finance_importtakenback WHERE sie_import_id = i.id))
            THEN 'another import was made since'
        WHEN EXISTS (
                SELECT 1 FROM finance_voucher
                WHERE posted_at > (SELECT at FROM finance_sieimport WHERE id = NEW.sie_import_id))
            OR EXISTS (
                SELECT 1 FROM (
                    SELECT fiscal_year_id, MIN(sequence) AS first FROM finance_voucher
                    WHERE sie_import_id = NEW.sie_import_id AND posted_at IS NOT NULL GROUP BY fiscal_year_id
                ) own
                JOIN finance_voucher v ON v.fiscal_year_id = own.fiscal_year_id AND v.sequence > own.first
                WHERE v.sie_import_id IS DISTINCT FROM NEW.sie_import_id)
            THEN 'something was posted since the import'
        WHEN EXISTS (
                SELECT 1 FROM ledarna_sealedreport
                WHERE at > (SELECT at FROM finance_sieimport WHERE id = NEW.sie_import_id))
            OR EXISTS (
                SELECT 1 FROM ledarna_sealedreport s JOIN finance_voucher v
                    ON v.fiscal_year_id = s.fiscal_year_id AND v.sequence = s.sequence
                WHERE v.sie_import_id = NEW.sie_import_id)
            THEN 'an annual report was sealed since the import'
        WHEN EXISTS (
            SELECT 1 FROM finance_anchor a JOIN finance_voucher v
                ON v.fiscal_year_id = a.fiscal_year_id AND v.sequence = a.sequence
            WHERE v.sie_import_id = NEW.sie_import_id)
            THEN 'an anchor holds what was imported'
        WHEN EXISTS (
            SELECT 1 FROM finance_auditsample a JOIN finance_voucher v
                ON v.fiscal_year_id = a.fiscal_year_id AND v.sequence = a.sequence
            WHERE v.sie_import_id = NEW.sie_import_id)
            THEN 'an audit sample was drawn from what was imported'
        WHEN EXISTS (
            SELECT 1 FROM finance_periodlock l JOIN finance_voucher v
                ON v.fiscal_year_id = l.fiscal_year_id AND v.date BETWEEN l.start AND l."end"
            WHERE l.unlocked_at IS NULL AND v.posted_at IS NOT NULL AND v.sie_import_id = NEW.sie_import_id)
            THEN 'the period is locked'
    END;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'ledarna: %', wrong USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_only_the_last_step_is_taken_back BEFORE INSERT ON finance_importtakenback
FOR EACH ROW EXECUTE FUNCTION guard_taking_back();

CREATE TRIGGER guard_taking_back_never_changes BEFORE UPDATE ON finance_importtakenback
FOR EACH ROW EXECUTE FUNCTION guard_refuse('that an import was taken back is kept as it was');

CREATE TRIGGER guard_taking_back_never_vanishes BEFORE DELETE ON finance_importtakenback
FOR EACH ROW EXECUTE FUNCTION guard_refuse('that an import was taken back is kept as it was');

CREATE TRIGGER guard_takings_back_are_not_emptied BEFORE TRUNCATE ON finance_importtakenback
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse('that an import was taken back is kept as it was');

CREATE OR REPLACE FUNCTION guard_totals_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE finance_periodtotal t SET amount = t.amount - gone.amount, rows = t.rows - gone.rows
    FROM (
        SELECT v.fiscal_year_id, r.account_id, date_trunc('month', v.date)::date AS month,
            COALESCE(r.project_id, 0::bigint) AS project, COALESCE(r.cost_center_id, 0::bigint) AS center,
            SUM(r.amount) AS amount, COUNT(*) AS rows
        FROM old_rows r JOIN finance_voucher v ON v.id = r.voucher_id
        WHERE v.posted_at IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5
    ) gone
    WHERE t.fiscal_year_id = gone.fiscal_year_id AND t.account_id = gone.account_id
        AND t.month = gone.month AND COALESCE(t.project_id, 0::bigint) = gone.project
        AND COALESCE(t.cost_center_id, 0::bigint) = gone.center;
    DELETE FROM finance_periodtotal
    WHERE rows = 0 AND fiscal_year_id IN (
        SELECT fiscal_year_id FROM finance_voucher
        WHERE posted_at IS NOT NULL AND id IN (SELECT voucher_id FROM old_rows));
    RETURN NULL;
END $$;

CREATE TRIGGER guard_totals_follow_taking_back AFTER DELETE ON finance_voucherrow
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_totals_follow();

CREATE TRIGGER guard_posted_voucher_gains_no_attachment AFTER INSERT ON finance_attachment
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_rows('an attachment');

CREATE TRIGGER guard_posted_attachment_never_changes AFTER UPDATE ON finance_attachment
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_rows('an attachment');

CREATE TRIGGER guard_posted_attachment_never_vanishes AFTER DELETE ON finance_attachment
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_rows('an attachment');

CREATE TRIGGER guard_attachments_are_not_emptied BEFORE TRUNCATE ON finance_attachment
FOR EACH STATEMENT EXECUTE FUNCTION guard_not_emptied();

CREATE TRIGGER guard_missing_receipts_are_not_emptied BEFORE TRUNCATE ON finance_missingreceipt
FOR EACH STATEMENT EXECUTE FUNCTION guard_not_emptied();

CREATE TRIGGER guard_missing_receipt_never_changes BEFORE UPDATE ON finance_missingreceipt
FOR EACH ROW EXECUTE FUNCTION guard_refuse('the reason for a missing receipt cannot be changed');

CREATE TRIGGER guard_missing_receipt_never_vanishes BEFORE DELETE ON finance_missingreceipt
FOR EACH ROW EXECUTE FUNCTION guard_refuse('the reason for a missing receipt cannot be deleted');

-- Attests, and those who had a hand in a draft -----------------------------------------------------

CREATE OR REPLACE FUNCTION guard_attest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM finance_voucher WHERE id = NEW.voucher_id AND entered_by = NEW."by")
        OR EXISTS (SELECT 1 FROM finance_draftedit WHERE voucher_id = NEW.voucher_id AND "by" = NEW."by")
    THEN
        RAISE EXCEPTION 'ledarna: an attest is given by somebody who neither entered nor changed the voucher'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION guard_belongs_to_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.voucher_id ELSE OLD.voucher_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM finance_voucher WHERE id = touched AND posted_at IS NOT NULL FOR SHARE) THEN
        RAISE EXCEPTION 'ledarna: %', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
END $$;

CREATE TRIGGER guard_attest_is_anothers BEFORE INSERT ON finance_attest
FOR EACH ROW EXECUTE FUNCTION guard_attest();

CREATE TRIGGER guard_attest_never_changes BEFORE UPDATE ON finance_attest
FOR EACH ROW EXECUTE FUNCTION guard_refuse('an attest cannot be changed');

CREATE TRIGGER guard_attest_of_posted_voucher_never_vanishes BEFORE DELETE ON finance_attest
FOR EACH ROW EXECUTE FUNCTION guard_belongs_to_draft('an attest of a posted voucher cannot be deleted');

CREATE TRIGGER guard_attests_are_not_emptied BEFORE TRUNCATE ON finance_attest
FOR EACH STATEMENT EXECUTE FUNCTION guard_not_emptied();

CREATE TRIGGER guard_posted_voucher_has_no_new_edit BEFORE INSERT ON finance_draftedit
FOR EACH ROW EXECUTE FUNCTION guard_belongs_to_draft('who changed a draft is kept as it was');

CREATE TRIGGER guard_draft_edit_never_changes BEFORE UPDATE ON finance_draftedit
FOR EACH ROW EXECUTE FUNCTION guard_refuse('who changed a draft is kept as it was');

CREATE TRIGGER guard_draft_edit_of_posted_voucher_never_vanishes BEFORE DELETE ON finance_draftedit
FOR EACH ROW EXECUTE FUNCTION guard_belongs_to_draft('who changed a draft is kept as it was');

CREATE TRIGGER guard_draft_edits_are_not_emptied BEFORE TRUNCATE ON finance_draftedit
FOR EACH STATEMENT EXECUTE FUNCTION guard_not_emptied();

-- What posted vouchers refer to --------------------------------------------------------------------

CREATE OR REPLACE FUNCTION guard_used() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    used boolean;
BEGIN
    FOR place IN 2 .. TG_NARGS - 1 LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE %I = $1)', TG_ARGV[place], TG_ARGV[0])
        INTO used USING OLD.id;
        IF used THEN
            RAISE EXCEPTION 'ledarna: %', TG_ARGV[1] USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_used_account_keeps_its_number BEFORE UPDATE ON finance_account
FOR EACH ROW WHEN (NEW.number <> OLD.number)
EXECUTE FUNCTION guard_used('account_id', 'an account with posted rows or opening balances keeps its number', 'finance_periodtotal', 'finance_openingbalance');

CREATE TRIGGER guard_used_project_keeps_its_code BEFORE UPDATE ON finance_project
FOR EACH ROW WHEN (NEW.code <> OLD.code)
EXECUTE FUNCTION guard_used('project_id', 'a project with posted rows keeps its code', 'finance_periodtotal');

CREATE TRIGGER guard_used_cost_center_keeps_its_code BEFORE UPDATE ON finance_costcenter
FOR EACH ROW WHEN (NEW.code <> OLD.code)
EXECUTE FUNCTION guard_used('cost_center_id', 'a cost centre with posted rows keeps its code', 'finance_periodtotal');

CREATE OR REPLACE FUNCTION guard_used_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM finance_voucher WHERE series_id = OLD.id AND number IS NOT NULL) THEN
        RAISE EXCEPTION 'ledarna: a series with posted vouchers keeps its code and year'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_used_series_keeps_its_place BEFORE UPDATE ON finance_voucherseries
FOR EACH ROW WHEN (NEW.code <> OLD.code OR NEW.fiscal_year_id <> OLD.fiscal_year_id)
EXECUTE FUNCTION guard_used_series();

CREATE TRIGGER guard_number_gap_never_changes BEFORE UPDATE ON finance_numbergap
FOR EACH ROW EXECUTE FUNCTION guard_refuse('a recorded gap cannot be changed');

CREATE OR REPLACE FUNCTION guard_gap_vanishes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM finance_importtakenback WHERE sie_import_id = OLD.sie_import_id) THEN
        RAISE EXCEPTION 'ledarna: a recorded gap cannot be deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER guard_number_gap_never_vanishes BEFORE DELETE ON finance_numbergap
FOR EACH ROW EXECUTE FUNCTION guard_gap_vanishes();

-- Years and locks --------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION guard_years() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two sessions could each enter a year that the other does not see yet.
    PERFORM guard_sees_the_present();
    PERFORM pg_advisory_xact_lock(hashtext('finance_fiscalyear'));
    IF EXISTS (
        SELECT 1 FROM finance_fiscalyear
        WHERE start <= NEW."end" AND "end" >= NEW.start AND id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'ledarna: fiscal years cannot overlap'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER guard_years_do_not_overlap AFTER INSERT ON finance_fiscalyear
FOR EACH ROW EXECUTE FUNCTION guard_years();

CREATE TRIGGER guard_changed_years_do_not_overlap AFTER UPDATE ON finance_fiscalyear
FOR EACH ROW EXECUTE FUNCTION guard_years();

CREATE OR REPLACE FUNCTION guard_used_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM finance_voucher WHERE fiscal_year_id = OLD.id AND sequence = 1) THEN
        RAISE EXCEPTION 'ledarna: a fiscal year with posted vouchers keeps its dates'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_used_year_keeps_its_dates BEFORE UPDATE ON finance_fiscalyear
FOR EACH ROW WHEN (NEW.start <> OLD.start OR NEW."end" <> OLD."end")
EXECUTE FUNCTION guard_used_year();

CREATE OR REPLACE FUNCTION guard_locking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Waits for what is being posted in the year, and lets nothing more be posted until it holds.
    PERFORM guard_sees_the_present();
    PERFORM 1 FROM finance_fiscalyear WHERE id = NEW.fiscal_year_id FOR NO KEY UPDATE;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_locking_waits_for_posting BEFORE INSERT ON finance_periodlock
FOR EACH ROW EXECUTE FUNCTION guard_locking();

CREATE TRIGGER guard_locks_are_not_emptied BEFORE TRUNCATE ON finance_periodlock
FOR EACH STATEMENT EXECUTE FUNCTION guard_not_emptied();

CREATE TRIGGER guard_number_gaps_are_not_emptied BEFORE TRUNCATE ON finance_numbergap
FOR EACH STATEMENT EXECUTE FUNCTION guard_not_emptied();

CREATE TRIGGER guard_opening_balances_are_not_emptied BEFORE TRUNCATE ON finance_openingbalance
FOR EACH STATEMENT EXECUTE FUNCTION guard_not_emptied();

CREATE TRIGGER guard_totals_are_not_emptied BEFORE TRUNCATE ON finance_periodtotal
FOR EACH STATEMENT EXECUTE FUNCTION guard_not_emptied();

CREATE TRIGGER guard_lock_never_vanishes BEFORE DELETE ON finance_periodlock
FOR EACH ROW EXECUTE FUNCTION guard_refuse('a lock is never deleted; open the period with a reason instead');

CREATE TRIGGER guard_lock_only_opens BEFORE UPDATE ON finance_periodlock
FOR EACH ROW WHEN (OLD.unlocked_at IS NOT NULL
    OR NEW.id IS DISTINCT FROM OLD.id
    OR NEW.fiscal_year_id IS DISTINCT FROM OLD.fiscal_year_id
    OR NEW.kind IS DISTINCT FROM OLD.kind
    OR NEW.start IS DISTINCT FROM OLD.start
    OR NEW."end" IS DISTINCT FROM OLD."end"
    OR NEW.locked_at IS DISTINCT FROM OLD.locked_at
    OR NEW.locked_by_id IS DISTINCT FROM OLD.locked_by_id)
EXECUTE FUNCTION guard_refuse('a lock can only be opened, once, with a reason');

CREATE OR REPLACE FUNCTION guard_closed_year() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    years bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        years := years || OLD.fiscal_year_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        years := years || NEW.fiscal_year_id;
    END IF;
    PERFORM guard_sees_the_present();
    PERFORM 1 FROM finance_fiscalyear WHERE id = ANY (years) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM finance_periodlock
        WHERE fiscal_year_id = ANY (years) AND kind = 'year' AND unlocked_at IS NULL
    ) THEN
        RAISE EXCEPTION 'ledarna: the fiscal year is closed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER guard_closed_year_keeps_its_opening_balances
BEFORE INSERT OR DELETE OR UPDATE ON finance_openingbalance
FOR EACH ROW EXECUTE FUNCTION guard_closed_year();

-- Traces: what the facts beside the vouchers said, and since when -----------------------------------
-- finance/traces.py names the same fields.

CREATE OR REPLACE FUNCTION guard_content(fact jsonb, fields text[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(COALESCE(fact ->> field, ''), E'\t' ORDER BY place)
    FROM unnest(fields) WITH ORDINALITY AS f (field, place);
$$;

CREATE OR REPLACE FUNCTION guard_trace() RETURNS trigger LANGUAGE plpgsql
SET timezone = UTC AS $$
DECLARE
    new_subject text := substr(TG_TABLE_NAME, 9) || ' ' || COALESCE(NEW.id, OLD.id);
    new_content text := '';
    new_at text := to_char(clock_timestamp(), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
BEGIN
    IF TG_OP <> 'DELETE' THEN
        new_content := guard_content(to_jsonb(NEW), TG_ARGV);
    END IF;
    IF TG_OP = 'UPDATE' AND new_content = guard_content(to_jsonb(OLD), TG_ARGV) THEN
        RETURN NULL;
    END IF;
    INSERT INTO finance_trace (at, subject, content, digest)
    VALUES (new_at, new_subject, new_content, encode(sha256(convert_to(
        COALESCE((
            SELECT digest FROM finance_trace
            WHERE subject = new_subject ORDER BY id DESC LIMIT 1), '')
        || E'\n' || new_at || E'\n' || new_subject || E'\n' || new_content, 'UTF8')), 'hex'));
    RETURN NULL;
END $$;

CREATE TRIGGER guard_trace_never_changes BEFORE UPDATE ON finance_trace
FOR EACH ROW EXECUTE FUNCTION guard_refuse('a trace cannot be changed');

CREATE TRIGGER guard_trace_never_vanishes BEFORE DELETE ON finance_trace
FOR EACH ROW EXECUTE FUNCTION guard_refuse('a trace cannot be deleted');

CREATE TRIGGER guard_traces_are_not_emptied BEFORE TRUNCATE ON finance_trace
FOR EACH STATEMENT EXECUTE FUNCTION guard_not_emptied();

CREATE TRIGGER guard_year_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_fiscalyear
FOR EACH ROW EXECUTE FUNCTION guard_trace('start', 'end', 'label');

CREATE TRIGGER guard_series_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_voucherseries
FOR EACH ROW EXECUTE FUNCTION guard_trace('fiscal_year_id', 'code');

CREATE TRIGGER guard_account_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_account
FOR EACH ROW EXECUTE FUNCTION guard_trace('number', 'kind');

CREATE TRIGGER guard_opening_balance_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_openingbalance
FOR EACH ROW EXECUTE FUNCTION guard_trace('fiscal_year_id', 'account_id', 'amount');

CREATE TRIGGER guard_lock_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_periodlock
FOR EACH ROW EXECUTE FUNCTION guard_trace('fiscal_year_id', 'kind', 'start', 'end', 'locked_at', 'locked_by_id', 'unlocked_at', 'unlocked_by_id', 'unlock_reason');

CREATE TRIGGER guard_number_gap_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_numbergap
FOR EACH ROW EXECUTE FUNCTION guard_trace('series_id', 'first', 'last', 'reason');

CREATE TRIGGER guard_missing_receipt_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_missingreceipt
FOR EACH ROW EXECUTE FUNCTION guard_trace('voucher_id', 'by', 'at', 'reason');

CREATE TRIGGER guard_project_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_project
FOR EACH ROW EXECUTE FUNCTION guard_trace('code');

CREATE TRIGGER guard_cost_center_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_costcenter
FOR EACH ROW EXECUTE FUNCTION guard_trace('code');

CREATE TRIGGER guard_attachment_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_attachment
FOR EACH ROW EXECUTE FUNCTION guard_trace('voucher_id', 'line', 'sha256', 'content_type', 'size', 'uploaded_by', 'uploaded_at', 'name');

CREATE TRIGGER guard_attest_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_attest
FOR EACH ROW EXECUTE FUNCTION guard_trace('voucher_id', 'by', 'at', 'content');

CREATE TRIGGER guard_draft_edit_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_draftedit
FOR EACH ROW EXECUTE FUNCTION guard_trace('voucher_id', 'by', 'at');

CREATE TRIGGER guard_attest_rule_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_attestrule
FOR EACH ROW EXECUTE FUNCTION guard_trace('limit');

CREATE TRIGGER guard_anchor_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_anchor
FOR EACH ROW EXECUTE FUNCTION guard_trace('fiscal_year_id', 'sequence', 'digest', 'at', 'by', 'note');

CREATE TRIGGER guard_imported_balance_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_importedbalance
FOR EACH ROW EXECUTE FUNCTION guard_trace('fiscal_year_id', 'account_id', 'closing');

CREATE TRIGGER guard_sie_import_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_sieimport
FOR EACH ROW EXECUTE FUNCTION guard_trace('sha256', 'at', 'by', 'file_name');

CREATE TRIGGER guard_taking_back_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_importtakenback
FOR EACH ROW EXECUTE FUNCTION guard_trace('sie_import_id', 'at', 'by', 'reason', 'heads');

CREATE TRIGGER guard_audit_sample_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_auditsample
FOR EACH ROW EXECUTE FUNCTION guard_trace('fiscal_year_id', 'number', 'method', 'parameter', 'seed', 'sequence', 'digest', 'size', 'by', 'at');

CREATE TRIGGER guard_sample_basis_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_samplebasis
FOR EACH ROW EXECUTE FUNCTION guard_trace('sample_id', 'content');

CREATE TRIGGER guard_sampled_voucher_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_sampledvoucher
FOR EACH ROW EXECUTE FUNCTION guard_trace('sample_id', 'place', 'voucher_id', 'hit');

CREATE TRIGGER guard_audit_remark_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_auditremark
FOR EACH ROW EXECUTE FUNCTION guard_trace('sampled_id', 'kind', 'text', 'by', 'at');

CREATE TRIGGER guard_audit_note_leaves_a_trace AFTER INSERT OR DELETE OR UPDATE ON finance_auditnote
FOR EACH ROW EXECUTE FUNCTION guard_trace('fiscal_year_id', 'text', 'by', 'at');

-- Anchors, and the verifications that were made -----------------------------------------------------

CREATE TRIGGER guard_anchor_never_changes BEFORE UPDATE ON finance_anchor
FOR EACH ROW EXECUTE FUNCTION guard_refuse('an anchor cannot be changed');

CREATE TRIGGER guard_anchor_never_vanishes BEFORE DELETE ON finance_anchor
FOR EACH ROW EXECUTE FUNCTION guard_refuse('an anchor cannot be deleted');

CREATE TRIGGER guard_anchors_are_not_emptied BEFORE TRUNCATE ON finance_anchor
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse('an anchor cannot be deleted');

CREATE TRIGGER guard_verification_never_changes BEFORE UPDATE ON finance_verificationrun
FOR EACH ROW EXECUTE FUNCTION guard_refuse('a verification that was made cannot be changed');

CREATE TRIGGER guard_verification_never_vanishes BEFORE DELETE ON finance_verificationrun
FOR EACH ROW EXECUTE FUNCTION guard_refuse('a verification that was made cannot be deleted');

CREATE TRIGGER guard_verifications_are_not_emptied BEFORE TRUNCATE ON finance_verificationrun
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse('a verification that was made cannot be deleted');

-- What auditors drew, asked and wrote ---------------------------------------------------------------

-- A sample has as many vouchers as it was drawn with: whoever adds one finds no place for it.
CREATE OR REPLACE FUNCTION guard_sampled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM finance_auditsample s
        JOIN finance_voucher v ON v.fiscal_year_id = s.fiscal_year_id AND v.sequence <= s.sequence
        WHERE s.id = NEW.sample_id AND v.id = NEW.voucher_id AND NEW.place BETWEEN 1 AND s.size
    ) THEN
        RAISE EXCEPTION 'ledarna: what auditors drew, asked and wrote stays as it is' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_sampled_voucher_is_drawn BEFORE INSERT ON finance_sampledvoucher
FOR EACH ROW EXECUTE FUNCTION guard_sampled();

CREATE TRIGGER guard_audit_sample_never_changes BEFORE UPDATE ON finance_auditsample
FOR EACH ROW EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_audit_sample_never_vanishes BEFORE DELETE ON finance_auditsample
FOR EACH ROW EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_audit_samples_are_not_emptied BEFORE TRUNCATE ON finance_auditsample
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

-- A sample that was drawn without a basis is not given one afterwards.
CREATE OR REPLACE FUNCTION guard_basis() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM finance_sampledvoucher WHERE sample_id = NEW.sample_id) THEN
        RAISE EXCEPTION 'ledarna: what auditors drew, asked and wrote stays as it is' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_sample_basis_is_kept_first BEFORE INSERT ON finance_samplebasis
FOR EACH ROW EXECUTE FUNCTION guard_basis();

CREATE TRIGGER guard_sample_basis_never_changes BEFORE UPDATE ON finance_samplebasis
FOR EACH ROW EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_sample_basis_never_vanishes BEFORE DELETE ON finance_samplebasis
FOR EACH ROW EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_sample_bases_are_not_emptied BEFORE TRUNCATE ON finance_samplebasis
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_sampled_voucher_never_changes BEFORE UPDATE ON finance_sampledvoucher
FOR EACH ROW EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_sampled_voucher_never_vanishes BEFORE DELETE ON finance_sampledvoucher
FOR EACH ROW EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_sampled_vouchers_are_not_emptied BEFORE TRUNCATE ON finance_sampledvoucher
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_audit_remark_never_changes BEFORE UPDATE ON finance_auditremark
FOR EACH ROW EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_audit_remark_never_vanishes BEFORE DELETE ON finance_auditremark
FOR EACH ROW EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_audit_remarks_are_not_emptied BEFORE TRUNCATE ON finance_auditremark
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_audit_note_never_changes BEFORE UPDATE ON finance_auditnote
FOR EACH ROW EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_audit_note_never_vanishes BEFORE DELETE ON finance_auditnote
FOR EACH ROW EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

CREATE TRIGGER guard_audit_notes_are_not_emptied BEFORE TRUNCATE ON finance_auditnote
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse('what auditors drew, asked and wrote stays as it is');

-- The trail ----------------------------------------------------------------------------------------

CREATE TRIGGER guard_trail_never_changes BEFORE UPDATE ON auditlog_logentry
FOR EACH ROW EXECUTE FUNCTION guard_refuse('the trail is never changed');

CREATE TRIGGER guard_trail_never_vanishes BEFORE DELETE ON auditlog_logentry
FOR EACH ROW EXECUTE FUNCTION guard_refuse('the trail is never deleted');

CREATE TRIGGER guard_trail_is_not_emptied BEFORE TRUNCATE ON auditlog_logentry
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse('the trail is never deleted');

-- The sealed annual reports, and who signed them ---------------------------------------------------

CREATE TRIGGER guard_sealed_report_never_changes BEFORE UPDATE ON ledarna_sealedreport
FOR EACH ROW EXECUTE FUNCTION guard_refuse('a sealed annual report cannot be changed');

CREATE TRIGGER guard_sealed_report_never_vanishes BEFORE DELETE ON ledarna_sealedreport
FOR EACH ROW EXECUTE FUNCTION guard_refuse('a sealed annual report cannot be deleted');

CREATE TRIGGER guard_sealed_reports_are_not_emptied BEFORE TRUNCATE ON ledarna_sealedreport
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse('a sealed annual report cannot be deleted');

CREATE TRIGGER guard_signature_never_changes BEFORE UPDATE ON ledarna_reportsignature
FOR EACH ROW EXECUTE FUNCTION guard_refuse('a signature cannot be changed');

CREATE TRIGGER guard_signature_never_vanishes BEFORE DELETE ON ledarna_reportsignature
FOR EACH ROW EXECUTE FUNCTION guard_refuse('a signature cannot be deleted');

CREATE TRIGGER guard_signatures_are_not_emptied BEFORE TRUNCATE ON ledarna_reportsignature
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse('a signature cannot be deleted');
