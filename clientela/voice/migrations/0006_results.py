"""Results are kept as they were counted; reviews and talks are found by their words."""

import django.db.models.deletion
from django.db import migrations, models

SEARCH = """
ALTER TABLE voice_review
    ADD COLUMN search tsvector
        GENERATED ALWAYS AS (public.clientela_search_vector(language, author || ' ' || text)) STORED;
CREATE INDEX review_search ON voice_review USING gin (search);
ALTER TABLE voice_talk
    ADD COLUMN search tsvector GENERATED ALWAYS AS (public.clientela_search_vector(
        language, notes || ' ' || jsonb_path_query_array(matters_most, '$[*].text')::text
    )) STORED;
CREATE INDEX talk_search ON voice_talk USING gin (search);
"""

NO_SEARCH = """
ALTER TABLE voice_talk DROP COLUMN search;
ALTER TABLE voice_review DROP COLUMN search;
"""


class Migration(migrations.Migration):
    dependencies = [("voice", "0005_acting"), ("requests", "0002_search_and_guards")]
    operations = [
        migrations.CreateModel(
            name="SurveyTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cut", models.CharField(blank=True, max_length=8)),
                ("content", models.JSONField(default=dict)),
                ("answer_count", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField(null=True)),
                ("last_id", models.UUIDField(null=True)),
                ("counted_at", models.DateTimeField()),
                ("caught_up_at", models.DateTimeField(null=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tallies", to="voice.surveyround"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="voice.surveyversion"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("round", "version", "cut"), name="survey_tally_once")],
            },
        ),
        migrations.RemoveIndex(model_name="surveyanswer", name="survey_answers_of_round"),
        migrations.AddIndex(
            model_name="surveyanswer",
            index=models.Index(
                condition=models.Q(("is_complete", True)),
                fields=["round", "answered_at", "id"],
                name="survey_answers_counted",
            ),
        ),
        migrations.RunSQL(SEARCH, NO_SEARCH),
    ]
