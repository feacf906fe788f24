-- The members' guard for SQLite: the sections of a count make it up when a transaction is kept.
-- A count that differs from its sections has a row in members_unequalsections, whose foreign key leads
-- nowhere and is looked at on commit. Whatever touches a count or a section gives the count its row anew,
-- and the row goes at once where the sections make the count up, or where there are none. REPLACE removes
-- a row without firing delete triggers, so no section is moved by it.

CREATE TRIGGER members_guard_sections_make_up_the_count AFTER INSERT ON members_unequalsections
WHEN IFNULL(
    (SELECT SUM(number) FROM members_membercountpart WHERE count_id = NEW.count_id)
        = IFNULL((SELECT count FROM members_membercount WHERE id = NEW.count_id), -1),
    1)
BEGIN
    DELETE FROM members_unequalsections WHERE count_id = NEW.count_id;
END;

CREATE TRIGGER members_guard_section_is_new BEFORE INSERT ON members_membercountpart
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a section is not replaced by one of another count')
    WHERE EXISTS (SELECT 1 FROM members_membercountpart WHERE id = NEW.id AND count_id IS NOT NEW.count_id);
END;

CREATE TRIGGER members_guard_section_stays_itself BEFORE UPDATE ON members_membercountpart
WHEN NEW.id IS NOT OLD.id
BEGIN
    SELECT RAISE(ABORT, 'ledarna: a section is not replaced by one of another count');
END;

CREATE TRIGGER members_guard_section_added AFTER INSERT ON members_membercountpart
BEGIN
    DELETE FROM members_unequalsections WHERE count_id = NEW.count_id;
    INSERT INTO members_unequalsections (count_id) VALUES (NEW.count_id);
END;

CREATE TRIGGER members_guard_section_changed AFTER UPDATE ON members_membercountpart
BEGIN
    DELETE FROM members_unequalsections WHERE count_id = OLD.count_id;
    INSERT INTO members_unequalsections (count_id) VALUES (OLD.count_id);
    DELETE FROM members_unequalsections WHERE count_id = NEW.count_id;
    INSERT INTO members_unequalsections (count_id) VALUES (NEW.count_id);
END;

CREATE TRIGGER members_guard_section_gone AFTER DELETE ON members_membercountpart
BEGIN
    DELETE FROM members_unequalsections WHERE count_id = OLD.count_id;
    INSERT INTO members_unequalsections (count_id) VALUES (OLD.count_id);
END;

CREATE TRIGGER members_guard_count_added AFTER INSERT ON members_membercount
BEGIN
    DELETE FROM members_unequalsections WHERE count_id = NEW.id;
    INSERT INTO members_unequalsections (count_id) VALUES (NEW.id);
END;

CREATE TRIGGER members_guard_count_changed AFTER UPDATE OF id, count ON members_membercount
BEGIN
    DELETE FROM members_unequalsections WHERE count_id = OLD.id;
    INSERT INTO members_unequalsections (count_id) VALUES (OLD.id);
    DELETE FROM members_unequalsections WHERE count_id = NEW.id;
    INSERT INTO members_unequalsections (count_id) VALUES (NEW.id);
END;
