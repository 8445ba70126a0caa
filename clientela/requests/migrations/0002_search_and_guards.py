"""What only the database can keep: the search columns, and that no request is resolved while it waits on another."""

from django.db import migrations

# unaccent() is only STABLE because its dictionary can be changed; a generated column needs IMMUTABLE. Naming the
# dictionary fixes it, and nobody here changes the dictionary. PostgreSQL ships no Polish stemmer: `simple` with
# prefix search finds Polish forms by their beginning. Old Romanian cedillas lose their mark like any other accent.
SEARCH = r"""
CREATE FUNCTION public.clientela_unaccent(words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT public.unaccent('public.unaccent'::regdictionary, words) $$;

CREATE FUNCTION public.clientela_search_configuration(language text) RETURNS regconfig
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE left(language, 2)
        WHEN 'en' THEN 'pg_catalog.english'::regconfig
        WHEN 'ro' THEN 'pg_catalog.romanian'::regconfig
        WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
        ELSE 'pg_catalog.simple'::regconfig END $$;

-- Every name carries its schema, because a restored dump computes the columns with an empty search path.
-- A tsvector holds one megabyte at most, so only the first 100,000 letters of a text are searched.
CREATE FUNCTION public.clientela_search_vector(language text, words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT to_tsvector(public.clientela_search_configuration(language), public.clientela_unaccent(left(words, 100000))) $$;

-- `words` is a tsquery's text, such as 'pump:* & seal:*', without accents.
CREATE FUNCTION public.clientela_search_query(language text, words text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT to_tsquery(public.clientela_search_configuration(language), public.clientela_unaccent(words)) $$;

ALTER TABLE requests_message
    ADD COLUMN search tsvector GENERATED ALWAYS AS (public.clientela_search_vector(language, text)) STORED;
CREATE INDEX message_search ON requests_message USING gin (search);
ALTER TABLE requests_request
    ADD COLUMN search tsvector GENERATED ALWAYS AS (public.clientela_search_vector(language, title)) STORED;
CREATE INDEX request_search ON requests_request USING gin (search);
"""

NO_SEARCH = """
ALTER TABLE requests_request DROP COLUMN search;
ALTER TABLE requests_message DROP COLUMN search;
DROP FUNCTION public.clientela_search_query(text, text);
DROP FUNCTION public.clientela_search_vector(text, text);
DROP FUNCTION public.clientela_search_configuration(text);
DROP FUNCTION public.clientela_unaccent(text);
"""

# Both triggers first hold the row of the waiting request, so one of two transactions sees what the other wrote:
# whoever resolves waits for whoever asks, and the other way round. The state is looked at after the row is held.
GUARDS = """
CREATE FUNCTION requests_refuse_resolving_while_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM requests_dependency d JOIN requests_request needed ON needed.id = d.needed_id
        WHERE d.waiting_id = NEW.id AND d.is_blocking
          AND needed.state IN ('open', 'waiting_customer', 'waiting_department', 'waiting_date')
    ) THEN
        RAISE EXCEPTION 'request % waits on another department', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'resolved_waits_on_nothing';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER resolved_waits_on_nothing BEFORE UPDATE OF state ON requests_request
    FOR EACH ROW WHEN (
        NEW.state IN ('resolved', 'closed') AND OLD.state NOT IN ('resolved', 'closed')
    ) EXECUTE FUNCTION requests_refuse_resolving_while_waiting();

CREATE FUNCTION requests_refuse_blocking_what_ended() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    waiting_state text;
BEGIN
    SELECT state INTO waiting_state FROM requests_request WHERE id = NEW.waiting_id FOR NO KEY UPDATE;
    IF NEW.is_blocking AND waiting_state IN ('resolved', 'closed', 'cancelled') AND EXISTS (
        SELECT FROM requests_request
        WHERE id = NEW.needed_id AND state IN ('open', 'waiting_customer', 'waiting_department', 'waiting_date')
    ) THEN
        RAISE EXCEPTION 'request % has ended and can wait on nothing', NEW.waiting_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'what_ended_waits_on_nothing';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER what_ended_waits_on_nothing BEFORE INSERT OR UPDATE ON requests_dependency
    FOR EACH ROW EXECUTE FUNCTION requests_refuse_blocking_what_ended();
"""

NO_GUARDS = """
DROP TRIGGER what_ended_waits_on_nothing ON requests_dependency;
DROP TRIGGER resolved_waits_on_nothing ON requests_request;
DROP FUNCTION requests_refuse_blocking_what_ended();
DROP FUNCTION requests_refuse_resolving_while_waiting();
"""


class Migration(migrations.Migration):
    dependencies = [("requests", "0001_initial")]

    operations = [migrations.RunSQL(SEARCH, NO_SEARCH), migrations.RunSQL(GUARDS, NO_GUARDS)]
