"""The journal's table, still empty, is made anew: split by month, written once, and waking its followers."""

from django.db import migrations

# A key of a split table must contain the column it is split by: hence (id, at). The ids still come from one sequence,
# so they alone never repeat. Django goes on knowing the table as it stands in 0001.
SPLIT = """
CREATE TABLE kernel_fact_split (LIKE kernel_fact INCLUDING DEFAULTS) PARTITION BY RANGE (at);
DROP TABLE kernel_fact;
ALTER TABLE kernel_fact_split RENAME TO kernel_fact;
CREATE SEQUENCE kernel_fact_id_seq OWNED BY kernel_fact.id;
ALTER TABLE kernel_fact ALTER COLUMN id SET DEFAULT nextval('kernel_fact_id_seq');
ALTER TABLE kernel_fact ADD CONSTRAINT kernel_fact_pkey PRIMARY KEY (id, at);
CREATE INDEX fact_in_commit_order ON kernel_fact (xid, id);
CREATE INDEX fact_by_verb ON kernel_fact (verb, at);
CREATE INDEX fact_about ON kernel_fact USING gin (about) WITH (fastupdate = off);
CREATE TABLE kernel_fact_default PARTITION OF kernel_fact DEFAULT;
"""

GUARD = """
CREATE FUNCTION kernel_fact_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A fact of the journal is written once and never changed.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER fact_stays BEFORE UPDATE OR DELETE ON kernel_fact
    FOR EACH ROW EXECUTE FUNCTION kernel_fact_stays();
"""

# Many facts of one transaction, and many statements, still wake the followers once: PostgreSQL drops equal notices.
WAKE = """
CREATE FUNCTION kernel_fact_wakes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('clientela_journal', '');
    RETURN NULL;
END $$;
CREATE TRIGGER fact_wakes AFTER INSERT ON kernel_fact
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_fact_wakes();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunSQL(statements) for statements in (SPLIT, GUARD, WAKE)]
