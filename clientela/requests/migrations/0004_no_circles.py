"""What only the database can keep: no request ever waits on itself, by however many links.

Which race the lock closes: two transactions each add a link that is fine alone, A waits on B and B waits on A. Neither
sees the link of the other before it is committed, so both would be stored. Links therefore stand in a line behind one
advisory lock, held until the transaction ends, and the circle is looked for after the lock is held. That look sees what
the one before has committed: under READ COMMITTED every statement of a plpgsql function takes a snapshot of its own,
and a transaction is visible before it gives its locks back. Under any stricter level the snapshot would be older than
the lock, so links are refused there.

Why nobody waits in a ring for locks: whoever writes links holds the rows of requests first, by rising id (the guard of
migration 0002 takes the waiting one at the latest), and takes this lock last. After it no row of a request is waited
for that is not held already.

Why no lock is needed when a department is asked: the needed request was written by this very transaction and waits on
nothing. Whoever wants to give it a link of its own must hold its row, and we do.

How it stays cheap: one walk finds everything that the new links lead to. A circle lies wholly within that, and holds at
least one link from a lower id to a higher one and at least one the other way round. So only the rarer of the two kinds
is looked at link by link; requests asked one after the other have none of one kind, however many and however long.
"""

from django.db import migrations, models

CIRCLES = """
CREATE FUNCTION requests_way_along_links(first bigint, last bigint) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    seen bigint[] := ARRAY[first];
    came_from bigint[] := ARRAY[NULL::bigint];
    place integer := 1;
    following bigint;
    way bigint[];
BEGIN
    -- Whether there is a way at all is asked in one statement; where it goes is only needed to name a circle.
    IF NOT EXISTS (
        WITH RECURSIVE below(id) AS (
            SELECT first
            UNION
            SELECT link.needed_id FROM below JOIN requests_dependency link ON link.waiting_id = below.id
        ) SELECT FROM below WHERE id = last
    ) THEN
        RETURN NULL;
    END IF;
    WHILE NOT last = ANY (seen) LOOP
        FOR following IN SELECT needed_id FROM requests_dependency WHERE waiting_id = seen[place] ORDER BY needed_id LOOP
            IF NOT following = ANY (seen) THEN
                seen := seen || following;
                came_from := came_from || seen[place];
            END IF;
        END LOOP;
        place := place + 1;
    END LOOP;
    following := last;
    WHILE following IS NOT NULL LOOP
        way := following || way;
        following := came_from[array_position(seen, following)];
    END LOOP;
    RETURN way;
END $$;

CREATE FUNCTION requests_refuse_circles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    needed bigint[];
    suspect record;
    way bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT needed_id) INTO needed FROM new_links;
    ELSE
        SELECT array_agg(DISTINCT changed.needed_id) INTO needed FROM new_links changed WHERE NOT EXISTS (
            SELECT FROM old_links was
            WHERE was.id = changed.id AND was.waiting_id = changed.waiting_id AND was.needed_id = changed.needed_id
        );
    END IF;
    IF needed IS NULL THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (
        SELECT FROM unnest(needed) AS asked(id)
        WHERE EXISTS (SELECT FROM requests_dependency further WHERE further.waiting_id = asked.id)
            OR NOT EXISTS (
                SELECT FROM requests_request ours
                WHERE ours.id = asked.id AND ours.xmin::text = pg_current_xact_id()::xid::text
            )
    ) THEN
        RETURN NULL;
    END IF;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'links between requests are written under READ COMMITTED only'
            USING ERRCODE = 'feature_not_supported';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('requests: no request waits on itself', 0));
    FOR suspect IN
        WITH RECURSIVE below(id) AS (
            SELECT unnest(needed)
            UNION
            SELECT link.needed_id FROM below JOIN requests_dependency link ON link.waiting_id = below.id
        ), inside AS MATERIALIZED (
            SELECT link.waiting_id, link.needed_id
            FROM below JOIN requests_dependency link ON link.waiting_id = below.id
        ), kinds AS (
            SELECT count(*) FILTER (WHERE waiting_id > needed_id) AS falling,
                count(*) FILTER (WHERE waiting_id < needed_id) AS rising
            FROM inside
        )
        SELECT inside.waiting_id, inside.needed_id
        FROM inside, kinds
        WHERE (inside.waiting_id > inside.needed_id) = (kinds.falling <= kinds.rising)
    LOOP
        way := requests_way_along_links(suspect.needed_id, suspect.waiting_id);
        IF way IS NOT NULL THEN
            RAISE EXCEPTION 'request % would wait on itself', suspect.waiting_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'no_circles',
                    DETAIL = array_to_string(way, ','),
                    HINT = 'Each of these requests waits on the next, and the last one on the first.';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER no_circles_among_new AFTER INSERT ON requests_dependency
    REFERENCING NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION requests_refuse_circles();
CREATE TRIGGER no_circles_among_changed AFTER UPDATE ON requests_dependency
    REFERENCING OLD TABLE AS old_links NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION requests_refuse_circles();
"""

NO_CIRCLES = """
DROP TRIGGER no_circles_among_changed ON requests_dependency;
DROP TRIGGER no_circles_among_new ON requests_dependency;
DROP FUNCTION requests_refuse_circles();
DROP FUNCTION requests_way_along_links(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("requests", "0003_legs_order_and_asking_together")]

    operations = [
        migrations.AddField(
            model_name="dependency",
            name="was_opened_for_it",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.RunSQL(CIRCLES, NO_CIRCLES),
    ]
