"""Departments stand in a tree: the database itself refuses a circle, also when two people move departments at once."""

from django.db import migrations

TREE = """
CREATE FUNCTION directory_department_tree_has_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above bigint := NEW.parent_id;
    seen bigint[] := ARRAY[]::bigint[];
BEGIN
    IF above IS NULL THEN
        RETURN NEW;
    END IF;
    -- Two moves at once could each look fine and make a circle together. So moves stand in a line, and the one
    -- that waited reads what the other has committed: every query of a trigger sees with fresh eyes.
    PERFORM pg_advisory_xact_lock(hashtext('directory: departments stand in a tree'));
    WHILE above IS NOT NULL AND NOT above = ANY (seen) LOOP
        IF above = NEW.party_id THEN
            RAISE EXCEPTION 'Department % would stand below itself.', NEW.party_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'department_tree_has_no_circle';
        END IF;
        seen := seen || above;
        SELECT parent_id INTO above FROM directory_department WHERE party_id = above;
    END LOOP;
    RETURN NEW;
END
$$;

CREATE TRIGGER department_tree_has_no_circle BEFORE INSERT OR UPDATE OF parent_id ON directory_department
    FOR EACH ROW EXECUTE FUNCTION directory_department_tree_has_no_circle();
"""

NO_TREE = """
DROP TRIGGER department_tree_has_no_circle ON directory_department;
DROP FUNCTION directory_department_tree_has_no_circle();
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [migrations.RunSQL(TREE, NO_TREE)]
