"""Voices are found by their words."""

from django.db import migrations

SEARCH = """
ALTER TABLE voice_voice
    ADD COLUMN search tsvector GENERATED ALWAYS AS (public.clientela_search_vector(language, text)) STORED;
CREATE INDEX voice_search ON voice_voice USING gin (search);
"""

NO_SEARCH = "ALTER TABLE voice_voice DROP COLUMN search;"


class Migration(migrations.Migration):
    dependencies = [("voice", "0003_surveys"), ("requests", "0002_search_and_guards")]

    operations = [migrations.RunSQL(SEARCH, NO_SEARCH)]
