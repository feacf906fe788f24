-- The ledger's guard for PostgreSQL: what must never happen is refused here, whoever asks.
-- Posting is checked per statement, so that an import of many vouchers is checked in one go.

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

CREATE TRIGGER guard_posted_voucher_never_vanishes BEFORE DELETE ON finance_voucher
FOR EACH ROW WHEN (OLD.posted_at IS NOT NULL)
EXECUTE FUNCTION guard_refuse('a posted voucher cannot be deleted; correct it with a new voucher');

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

CREATE OR REPLACE FUNCTION guard_posting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    posted bigint[];
    wrong record;
BEGIN
    SELECT array_agg(n.id) INTO posted
    FROM new_vouchers n JOIN old_vouchers o ON o.id = n.id
    WHERE n.posted_at IS NOT NULL AND o.posted_at IS NULL;
    IF posted IS NULL THEN
        RETURN NULL;
    END IF;

    SELECT v.id,
        CASE
            WHEN v.date < y.start OR v.date > y."end" THEN 'the date is outside of the fiscal year'
            WHEN s.fiscal_year_id <> v.fiscal_year_id THEN 'the series belongs to another fiscal year'
            WHEN EXISTS (
                SELECT 1 FROM finance_periodlock l
                WHERE l.fiscal_year_id = v.fiscal_year_id AND l.unlocked_at IS NULL
                    AND v.date BETWEEN l.start AND l."end") THEN 'the period is locked'
            WHEN v.number > 1 AND p.number IS NULL AND NOT EXISTS (
                SELECT 1 FROM finance_numbergap g
                WHERE g.series_id = v.series_id AND v.number - 1 BETWEEN g.first AND g.last
                    AND g.first <= 1 + (
                        SELECT COALESCE(MAX(b.number), 0) FROM finance_voucher b
                        WHERE b.series_id = v.series_id AND b.number < v.number))
                THEN 'the number leaves a gap'
            WHEN v.sequence > 1 AND c.sequence IS NULL THEN 'the chain has a gap'
        END AS what
    INTO wrong
    FROM finance_voucher v
    JOIN finance_fiscalyear y ON y.id = v.fiscal_year_id
    JOIN finance_voucherseries s ON s.id = v.series_id
    LEFT JOIN finance_voucher p ON p.series_id = v.series_id AND p.number = v.number - 1
    LEFT JOIN finance_voucher c ON c.fiscal_year_id = v.fiscal_year_id AND c.sequence = v.sequence - 1
    WHERE v.id = ANY (posted)
        AND (v.date < y.start OR v.date > y."end"
            OR s.fiscal_year_id <> v.fiscal_year_id
            OR EXISTS (
                SELECT 1 FROM finance_periodlock l
                WHERE l.fiscal_year_id = v.fiscal_year_id AND l.unlocked_at IS NULL
                    AND v.date BETWEEN l.start AND l."end")
            OR (v.number > 1 AND p.number IS NULL AND NOT EXISTS (
                SELECT 1 FROM finance_numbergap g
                WHERE g.series_id = v.series_id AND v.number - 1 BETWEEN g.first AND g.last
                    AND g.first <= 1 + (
                        SELECT COALESCE(MAX(b.number), 0) FROM finance_voucher b
                        WHERE b.series_id = v.series_id AND b.number < v.number)))
            OR (v.sequence > 1 AND c.sequence IS NULL))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledarna: %', wrong.what
            USING ERRCODE = 'integrity_constraint_violation', DETAIL = 'voucher ' || wrong.id;
    END IF;

    SELECT r.voucher_id AS id,
        CASE WHEN SUM(r.amount) <> 0 THEN 'the voucher does not balance'
            ELSE 'a row has another date than its voucher' END AS what
    INTO wrong
    FROM finance_voucherrow r JOIN finance_voucher v ON v.id = r.voucher_id
    WHERE r.voucher_id = ANY (posted)
    GROUP BY r.voucher_id
    HAVING SUM(r.amount) <> 0 OR bool_or(r.date <> v.date)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledarna: %', wrong.what
            USING ERRCODE = 'integrity_constraint_violation', DETAIL = 'voucher ' || wrong.id;
    END IF;

    INSERT INTO finance_periodtotal AS t
        (fiscal_year_id, account_id, month, project_id, cost_center_id, amount, rows)
    SELECT v.fiscal_year_id, r.account_id, date_trunc('month', v.date)::date,
        r.project_id, r.cost_center_id, SUM(r.amount), COUNT(*)
    FROM finance_voucherrow r JOIN finance_voucher v ON v.id = r.voucher_id
    WHERE r.voucher_id = ANY (posted)
    GROUP BY 1, 2, 3, 4, 5
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (fiscal_year_id, account_id, month, COALESCE(project_id, 0::bigint), COALESCE(cost_center_id, 0::bigint))
    DO UPDATE SET amount = t.amount + excluded.amount, rows = t.rows + excluded.rows;
    RETURN NULL;
END $$;

CREATE TRIGGER guard_posting AFTER UPDATE ON finance_voucher
REFERENCING OLD TABLE AS old_vouchers NEW TABLE AS new_vouchers
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
    IF EXISTS (SELECT 1 FROM finance_voucher WHERE id = ANY (touched) AND posted_at IS NOT NULL) THEN
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

-- What posted vouchers refer to --------------------------------------------------------------------

CREATE OR REPLACE FUNCTION guard_used() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    used boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM finance_periodtotal WHERE %I = $1)', TG_ARGV[0])
    INTO used USING OLD.id;
    IF used THEN
        RAISE EXCEPTION 'ledarna: %', TG_ARGV[1] USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_used_account_keeps_its_number BEFORE UPDATE ON finance_account
FOR EACH ROW WHEN (NEW.number <> OLD.number)
EXECUTE FUNCTION guard_used('account_id', 'an account with posted rows keeps its number');

CREATE TRIGGER guard_used_project_keeps_its_code BEFORE UPDATE ON finance_project
FOR EACH ROW WHEN (NEW.code <> OLD.code)
EXECUTE FUNCTION guard_used('project_id', 'a project with posted rows keeps its code');

CREATE TRIGGER guard_used_cost_center_keeps_its_code BEFORE UPDATE ON finance_costcenter
FOR EACH ROW WHEN (NEW.code <> OLD.code)
EXECUTE FUNCTION guard_used('cost_center_id', 'a cost centre with posted rows keeps its code');

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

CREATE TRIGGER guard_number_gap_never_vanishes BEFORE DELETE ON finance_numbergap
FOR EACH ROW EXECUTE FUNCTION guard_refuse('a recorded gap cannot be deleted');

-- Years and locks --------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION guard_years() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two sessions could each enter a year that the other does not see yet.
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

CREATE TRIGGER guard_lock_never_vanishes BEFORE DELETE ON finance_periodlock
FOR EACH ROW EXECUTE FUNCTION guard_refuse('a lock is never deleted; open the period with a reason instead');

CREATE TRIGGER guard_lock_only_opens BEFORE UPDATE ON finance_periodlock
FOR EACH ROW WHEN (
    OLD.unlocked_at IS NOT NULL
    OR ROW (NEW.id, NEW.fiscal_year_id, NEW.kind, NEW.start, NEW."end", NEW.locked_at, NEW.locked_by_id)
        IS DISTINCT FROM
        ROW (OLD.id, OLD.fiscal_year_id, OLD.kind, OLD.start, OLD."end", OLD.locked_at, OLD.locked_by_id)
)
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
    IF EXISTS (
        SELECT 1 FROM finance_periodlock
        WHERE fiscal_year_id = ANY (years) AND kind = 'year' AND unlocked_at IS NULL
    ) THEN
        RAISE EXCEPTION 'ledarna: the fiscal year is closed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER guard_closed_year_keeps_its_opening_balances
BEFORE INSERT OR UPDATE OR DELETE ON finance_openingbalance
FOR EACH ROW EXECUTE FUNCTION guard_closed_year();
